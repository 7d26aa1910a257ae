// What the field of the search offers while somebody types.

import { finding as s } from "../../i18n/finding";
import type { Match } from "../../state/search";
import type { Hint } from "../../state/search_hints";
import { operators } from "../../state/search_query";

export type Option =
  | { readonly kind: "search"; readonly key: string; readonly query: string }
  | { readonly kind: "recent"; readonly key: string; readonly query: string }
  | { readonly kind: "hint"; readonly key: string; readonly hint: Hint }
  | { readonly kind: "message"; readonly key: string; readonly match: Match };

export interface Group {
  readonly label?: string;
  readonly options: readonly Option[];
}

/** What fits the query, in groups: what was searched for of late, hints, and messages. */
export function groupsFor(
  query: string,
  found: readonly Hint[],
  recent: readonly string[],
  quick: readonly Match[],
): readonly Group[] {
  const hintOptions = found.map(
    (hint): Option => ({ kind: "hint", key: `h${hint.name}${hint.kind === "operator" ? "" : hint.value}`, hint }),
  );
  if (query.trim() === "") {
    return [
      { label: s.recent, options: recent.map((text): Option => ({ kind: "recent", key: `r${text}`, query: text })) },
      {
        label: s.operators,
        options: operators.map((name): Option => ({ kind: "hint", key: `h${name}`, hint: { kind: "operator", name } })),
      },
    ];
  }
  const writing = /:\S*$/.test(query) && hintOptions.length > 0;
  const search: Option = { kind: "search", key: "search", query: query.trim() };
  return [
    { options: writing ? hintOptions : [search, ...hintOptions] },
    { label: s.messages, options: quick.map((match): Option => ({ kind: "message", key: `m${match.iid}`, match })) },
  ];
}
