/**
 * What people write into the search box, taken apart: words, "phrases" and operators such as from:@ada. The
 * server has the last word on what it means (docs/search.md); this finds the operators' places, so that filters
 * can be shown, set and taken away, and so that hints know what is being written.
 */

export const operators = ["from", "in", "to", "with", "before", "after", "on", "during", "has", "is"] as const;

export type Operator = (typeof operators)[number];

export type Term =
  | { readonly kind: "words"; readonly text: string; readonly start: number; readonly end: number }
  | {
      readonly kind: "operator";
      readonly name: Operator;
      readonly value: string;
      readonly negative: boolean;
      readonly start: number;
      readonly end: number;
    };

/** parse splits at spaces outside of quotation marks. */
export function parse(query: string): readonly Term[] {
  const terms: Term[] = [];
  for (const piece of pieces(query)) terms.push(termOf(piece));
  return terms;
}

interface Piece {
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

function pieces(query: string): Piece[] {
  const found: Piece[] = [];
  let start = -1;
  let quoted = false;
  for (let i = 0; i <= query.length; i++) {
    const c = query[i];
    if (c === '"') quoted = !quoted;
    const between = c === undefined || (!quoted && /\s/.test(c));
    if (between && start >= 0) {
      found.push({ text: query.slice(start, i), start, end: i });
      start = -1;
    } else if (!between && start < 0) {
      start = i;
    }
  }
  return found;
}

function termOf({ text, start, end }: Piece): Term {
  const negative = text.startsWith("-");
  const bare = negative ? text.slice(1) : text;
  const colon = bare.indexOf(":");
  const name = colon > 0 ? operatorNamed(bare.slice(0, colon)) : undefined;
  if (name === undefined) return { kind: "words", text, start, end };
  return { kind: "operator", name, value: unquoted(bare.slice(colon + 1)), negative, start, end };
}

function operatorNamed(name: string): Operator | undefined {
  const lower = name.toLowerCase();
  return operators.find((operator) => operator === lower);
}

function unquoted(value: string): string {
  return value.length > 1 && value.startsWith('"') && value.endsWith('"') ? value.slice(1, -1) : value;
}

function quoted(value: string): string {
  return /\s/.test(value) ? `"${value}"` : value;
}

/** wordsOf is the query without its operators. */
export function wordsOf(query: string): string {
  return parse(query)
    .filter((term) => term.kind === "words")
    .map((term) => query.slice(term.start, term.end))
    .join(" ");
}

/** valuesOf are those of one operator, without the negative ones. */
export function valuesOf(query: string, name: Operator): readonly string[] {
  return parse(query).flatMap((term) =>
    term.kind === "operator" && term.name === name && !term.negative ? [term.value] : [],
  );
}

/** withOperator puts the values in the place of those that the operator has, or behind all else. */
export function withOperator(query: string, name: Operator, values: readonly string[]): string {
  const kept = parse(query)
    .filter((term) => term.kind === "words" || term.name !== name || term.negative)
    .map((term) => query.slice(term.start, term.end));
  return [...kept, ...values.map((value) => `${name}:${quoted(value)}`)].join(" ");
}

/** toggled adds a value of an operator, or takes it away. */
export function toggled(query: string, name: Operator, value: string): string {
  const now = valuesOf(query, name);
  return withOperator(query, name, now.includes(value) ? now.filter((v) => v !== value) : [...now, value]);
}

/** The term that the caret stands in or right behind. */
export function termAt(query: string, caret: number): Term | undefined {
  return parse(query).find((term) => term.start < caret && caret <= term.end);
}

/** replaced puts a text in a term's place, with one space behind it, and says where the caret goes. */
export function replaced(
  query: string,
  term: Term | undefined,
  text: string,
): { readonly query: string; readonly caret: number } {
  const start = term?.start ?? query.length;
  const before = query.slice(0, start);
  const after = query.slice(term?.end ?? query.length).trimStart();
  const glue = before === "" || /\s$/.test(before) || term !== undefined ? "" : " ";
  const space = text.endsWith(":") ? "" : " ";
  const head = before + glue + text + space;
  return { query: head + after, caret: head.length };
}

/** written is an operator with its value as it stands in a query. */
export function written(name: Operator, value: string, negative = false): string {
  return `${negative ? "-" : ""}${name}:${quoted(value)}`;
}
