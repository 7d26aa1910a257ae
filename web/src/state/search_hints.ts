/** What could follow in the search box: operators, and the values that they take. */
import { type Operator, operators, replaced, type Term, termAt, written } from "./search_query";

export type Hint =
  | { readonly kind: "operator"; readonly name: Operator }
  | {
      readonly kind: "person";
      readonly name: Operator;
      readonly id: string;
      readonly value: string;
      readonly label: string;
    }
  | {
      readonly kind: "channel";
      readonly name: Operator;
      readonly id: string;
      readonly value: string;
      readonly label: string;
    }
  | { readonly kind: "value"; readonly name: Operator; readonly value: string };

export interface Person {
  readonly id: string;
  readonly handle: string;
  readonly label: string;
}

export interface Place {
  readonly id: string;
  readonly name: string;
}

/** Where the hints' people and channels come from. */
export interface Sources {
  people(text: string, limit: number): readonly Person[];
  channels(text: string, limit: number): readonly Place[];
}

const most = 8;

const fixed: Partial<Record<Operator, readonly string[]>> = {
  has: ["link", "file", "image", "pin", "reaction"],
  is: ["thread", "saved"],
  before: ["today", "yesterday", "this week", "this month"],
  after: ["yesterday", "this week", "last week", "last month"],
  on: ["today", "yesterday"],
  during: ["today", "this week", "this month", "last month"],
};

/** hints for the place where the caret stands; none while plain words are written. */
export function hints(query: string, caret: number, sources: Sources): readonly Hint[] {
  const term = termAt(query, caret);
  if (term === undefined) return [];
  if (term.kind === "words") return operatorHints(term.text);
  return valueHints(term.name, term.value, sources);
}

function operatorHints(text: string): readonly Hint[] {
  const bare = text.replace(/^-/, "").toLowerCase();
  if (bare === "") return [];
  return operators.filter((name) => name.startsWith(bare)).map((name) => ({ kind: "operator", name }));
}

function valueHints(name: Operator, value: string, sources: Sources): readonly Hint[] {
  const text = value.replace(/^[@#"]+/, "");
  switch (name) {
    case "from":
    case "to":
    case "with":
      return [...meHint(name, text), ...personHints(name, text, sources)].slice(0, most);
    case "in":
      return [...channelHints(name, text, sources), ...personHints(name, text, sources)].slice(0, most);
    default:
      return fixedHints(name, text);
  }
}

function meHint(name: Operator, text: string): readonly Hint[] {
  return name !== "with" && "me".startsWith(text.toLowerCase()) ? [{ kind: "value", name, value: "me" }] : [];
}

function personHints(name: Operator, text: string, sources: Sources): readonly Hint[] {
  return sources
    .people(text, most)
    .map(({ id, handle, label }) => ({ kind: "person", name, id, value: `@${handle}`, label }));
}

function channelHints(name: Operator, text: string, sources: Sources): readonly Hint[] {
  return sources
    .channels(text, most)
    .map((c) => ({ kind: "channel", name, id: c.id, value: `#${c.name}`, label: c.name }));
}

function fixedHints(name: Operator, text: string): readonly Hint[] {
  const begun = text.toLowerCase();
  const values = (fixed[name] ?? []).filter((value) => value.startsWith(begun) && value !== begun);
  return values.map((value) => ({ kind: "value", name, value }));
}

/** accept writes a hint into the query. */
export function accept(query: string, caret: number, hint: Hint): { readonly query: string; readonly caret: number } {
  const term = termAt(query, caret);
  const minus = isNegative(query, term) ? "-" : "";
  const text = hint.kind === "operator" ? `${minus}${hint.name}:` : minus + written(hint.name, hint.value);
  return replaced(query, term, text);
}

function isNegative(query: string, term: Term | undefined): boolean {
  return term !== undefined && query[term.start] === "-";
}
