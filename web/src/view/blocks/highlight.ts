// Colours for code: highlight.js finds out what is what, and its answer is read
// into tokens, as no HTML is ever put into the page.

import hljs from "highlight.js/lib/common";

export type TokenKind = "" | "keyword" | "string" | "number" | "name" | "comment";

export interface Token {
  readonly kind: TokenKind;
  readonly text: string;
}

/** What a name of highlight.js's is drawn as. */
const kinds: Readonly<Record<string, TokenKind>> = {
  keyword: "keyword",
  built_in: "name",
  type: "name",
  literal: "number",
  number: "number",
  operator: "",
  string: "string",
  regexp: "string",
  char: "string",
  symbol: "number",
  class: "name",
  title: "name",
  function: "name",
  comment: "comment",
  doctag: "comment",
  quote: "comment",
  meta: "comment",
  section: "name",
  tag: "keyword",
  name: "keyword",
  attr: "name",
  attribute: "name",
  property: "name",
  variable: "name",
  "template-variable": "name",
  bullet: "number",
  code: "string",
  link: "string",
  "selector-tag": "keyword",
  "selector-id": "name",
  "selector-class": "name",
  addition: "string",
  deletion: "number",
};

/** The languages that are told by themselves: those whose code is easy to tell. */
const guessed = [
  "go",
  "javascript",
  "typescript",
  "python",
  "json",
  "bash",
  "sql",
  "xml",
  "css",
  "rust",
  "java",
  "yaml",
  "diff",
  "cpp",
  "php",
  "ruby",
];
const surely = 7; // the relevance from which a guess is believed
const maxGuess = 5_000;

/** Slack's names for languages that highlight.js calls otherwise. */
const aliases: Readonly<Record<string, string>> = {
  html: "xml",
  shell: "bash",
  golang: "go",
  text: "",
  plain: "",
  plaintext: "",
  javascript_react: "javascript",
};

/** The tokens of a code; undefined where nothing is to be coloured. */
export function highlight(code: string, language: string): readonly Token[] | undefined {
  const named = aliases[language.toLowerCase()] ?? language.toLowerCase();
  if (language !== "" && named === "") return undefined;
  if (named !== "" && hljs.getLanguage(named)) {
    return readTokens(hljs.highlight(code, { language: named, ignoreIllegals: true }).value);
  }
  if (code.length > maxGuess) return undefined;
  const guess = hljs.highlightAuto(code, guessed);
  return guess.relevance >= surely ? readTokens(guess.value) : undefined;
}

/** Reads the spans of highlight.js's HTML. */
export function readTokens(html: string): Token[] {
  const out: Token[] = [];
  const open: TokenKind[] = [];
  for (const [piece, name] of html.matchAll(/<span class="([^"]*)">|<\/span>|[^<]+/g)) {
    if (name !== undefined) open.push(kindOf(name) ?? open.at(-1) ?? "");
    else if (piece === "</span>") open.pop();
    else out.push({ kind: open.at(-1) ?? "", text: unescapeHtml(piece) });
  }
  return out;
}

function kindOf(name: string): TokenKind | undefined {
  const first = /^hljs-([\w-]+)/.exec(name)?.[1];
  return first === undefined ? undefined : kinds[first];
}

const entities: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"', "#x27": "'" };

function unescapeHtml(text: string): string {
  return text.replace(/&(#x27|\w+);/g, (whole, name: string) => entities[name] ?? whole);
}
