// The markdown block: standard Markdown as apps, above all language models,
// write it. It is read into the same trees as everything else; HTML in it is
// text.

import type { Inline, ListItem, ListNode, Style, TextNode } from "./nodes";
import { safeUrl } from "./url";

export type MarkdownBlock =
  | { readonly type: "rich_text"; readonly nodes: readonly TextNode[] }
  | { readonly type: "header"; readonly text: string }
  | { readonly type: "divider" }
  | {
      readonly type: "table";
      readonly rows: readonly (readonly { readonly nodes: readonly TextNode[] }[])[];
      readonly columns: readonly { readonly align: "left" | "center" | "right"; readonly wrap: boolean }[];
    };

/** Slack's limit of such a block's text; what is longer is cut. */
const maxMarkdown = 12_000;
const maxColumns = 20;

/** Reads a text into blocks. */
export function parseMarkdown(text: string): MarkdownBlock[] {
  const reader = new Reader(text.slice(0, maxMarkdown).replaceAll("\r", "").split("\n"));
  reader.run();
  return reader.blocks;
}

class Reader {
  readonly blocks: MarkdownBlock[] = [];
  private nodes: TextNode[] = [];
  private paragraph: string[] = [];
  private at = 0;

  constructor(private readonly lines: readonly string[]) {}

  run(): void {
    while (this.at < this.lines.length) this.step(this.lines[this.at] ?? "");
    this.endNodes();
  }

  private step(line: string): void {
    const fence = /^ {0,3}(```+|~~~+)\s*([\w+#.-]*)/.exec(line);
    const heading = /^ {0,3}#{1,6}\s+(.*?)\s*#*\s*$/.exec(line);
    if (fence) this.code(fence[1] ?? "```", fence[2] ?? "");
    else if (heading) this.block({ type: "header", text: plain(heading[1] ?? "") });
    else if (/^ {0,3}([-*_])\s*(\1\s*){2,}$/.test(line)) this.block({ type: "divider" });
    else if (/^ {0,3}>/.test(line)) this.quote();
    else if (bullet(line)) this.list();
    else if (line.includes("|") && /^[\s|:-]*-[\s|:-]*$/.test(this.lines[this.at + 1] ?? "") && this.table()) return;
    else if (line.trim() === "") this.blank();
    else {
      this.paragraph.push(line.trim());
      this.at++;
    }
  }

  private blank(): void {
    this.endParagraph();
    this.at++;
  }

  private block(block: MarkdownBlock): void {
    this.endNodes();
    this.blocks.push(block);
    this.at++;
  }

  private endParagraph(): void {
    if (this.paragraph.length === 0) return;
    this.nodes.push({ type: "section", children: inlines(this.paragraph.join("\n")) });
    this.paragraph = [];
  }

  private endNodes(): void {
    this.endParagraph();
    if (this.nodes.length > 0) this.blocks.push({ type: "rich_text", nodes: this.nodes });
    this.nodes = [];
  }

  private code(fence: string, language: string): void {
    this.endParagraph();
    const from = this.at + 1;
    let end = from;
    while (end < this.lines.length && !this.lines[end]?.trim().startsWith(fence)) end++;
    const text = this.lines.slice(from, end).join("\n");
    this.nodes.push({ type: "preformatted", text, children: [{ type: "text", text }], language });
    this.at = end + 1;
  }

  private quote(): void {
    this.endParagraph();
    const quoted: string[] = [];
    for (let found = this.quoted(); found !== undefined; found = this.quoted()) {
      quoted.push(found);
      this.at++;
    }
    this.nodes.push({ type: "quote", children: [{ type: "section", children: inlines(quoted.join("\n")) }] });
  }

  private quoted(): string | undefined {
    return /^ {0,3}>+ ?(.*)$/.exec(this.lines[this.at] ?? "")?.[1];
  }

  private list(): void {
    this.endParagraph();
    const lists: OpenList[] = [];
    let first: OpenList | undefined;
    for (;;) {
      const line = this.lines[this.at] ?? "";
      const item = bullet(line);
      const top = lists.at(-1);
      if (item === undefined) {
        const more = top?.items.at(-1);
        if (more === undefined || line.trim() === "" || !/^\s+/.test(line)) break;
        more.text += `\n${line.trim()}`;
        this.at++;
        continue;
      }
      while (lists.length > 1 && item.indent < (lists.at(-1)?.indent ?? 0)) lists.pop();
      const open = lists.at(-1);
      if (open === undefined || (item.indent > open.indent + 1 && lists.length < 9)) {
        const inner: OpenList = { ...item, items: [] };
        open?.items.at(-1)?.lists.push(inner);
        first ??= inner;
        lists.push(inner);
      }
      lists.at(-1)?.items.push({ text: item.text, lists: [] });
      this.at++;
    }
    if (first !== undefined) this.nodes.push(closeList(first, 0));
  }

  private table(): boolean {
    const aligns = cells(this.lines[this.at + 1] ?? "");
    const header = cells(this.lines[this.at] ?? "");
    if (header.length !== aligns.length || header.length > maxColumns) return false;
    this.endNodes();
    const rows = [header];
    this.at += 2;
    for (let line = this.lines[this.at]; line?.includes("|") && line.trim() !== ""; line = this.lines[++this.at]) {
      rows.push(cells(line).slice(0, header.length));
    }
    this.blocks.push({
      type: "table",
      rows: rows.map((row, i) =>
        row.map((cell) => ({
          nodes: [{ type: "section", children: inlines(cell, i === 0 ? { bold: true } : undefined) }],
        })),
      ),
      columns: aligns.map((rule) => ({
        align: /^:-+:$/.test(rule) ? "center" : rule.endsWith(":") ? "right" : "left",
        wrap: true,
      })),
    });
    return true;
  }
}

interface OpenList {
  readonly indent: number;
  readonly ordered: boolean;
  readonly offset: number;
  readonly items: { text: string; readonly lists: OpenList[] }[];
}

function closeList(list: OpenList, indent: number): ListNode {
  return {
    type: "list",
    ordered: list.ordered,
    offset: list.offset,
    indent,
    items: list.items.map(
      (item): ListItem => ({
        children: inlines(item.text),
        lists: item.lists.map((inner) => closeList(inner, indent + 1)),
      }),
    ),
  };
}

function bullet(line: string): { indent: number; ordered: boolean; offset: number; text: string } | undefined {
  const found = /^(\s*)(?:[-*+]|(\d{1,6})[.)])\s+(\S.*)$/.exec(line);
  if (found === null) return undefined;
  const number = found[2];
  return {
    indent: (found[1] ?? "").replaceAll("\t", "    ").length,
    ordered: number !== undefined,
    offset: number === undefined ? 0 : Math.max(0, Number(number) - 1),
    text: found[3] ?? "",
  };
}

function cells(line: string): string[] {
  return line
    .trim()
    .replace(/^\||\|$/g, "")
    .split(/(?<!\\)\|/)
    .map((cell) => cell.trim().replaceAll("\\|", "|"));
}

function plain(text: string): string {
  return inlines(text)
    .map((inline) => (inline.type === "text" ? inline.text : inline.type === "link" ? (inline.text ?? inline.url) : ""))
    .join("");
}

/** What may begin within a line, each with its end: code, links, bare URLs, then styles. */
const tokens =
  /\\([\\`*_{}[\]()#+\-.!|~<>])|(`+)([^`]|[^`].*?[^`])\2(?!`)|!?\[([^[\]]*)\]\(\s*<?([^\s()<>]*(?:\([^\s()<>]*\)[^\s()<>]*)*)>?(?:\s+"[^"]*")?\s*\)|(https?:\/\/[^\s<>]*[^\s<>.,;:!?)'"*_~\]])|\*\*(?=\S)(.+?)(?<=\S)\*\*(?!\*)|__(?=\S)(.+?)(?<=\S)__|~~(?=\S)(.+?)(?<=\S)~~|\*(?=\S)(.+?)(?<=\S)\*|\b_(?=\S)(.+?)(?<=\S)_\b/gs;

const maxDepth = 4;

function inlines(text: string, style?: Style, depth = 0): Inline[] {
  const out: Inline[] = [];
  let from = 0;
  if (depth < maxDepth) {
    for (const found of text.matchAll(tokens)) {
      push(out, text.slice(from, found.index), style);
      token(out, found, style, depth);
      from = found.index + found[0].length;
    }
  }
  push(out, text.slice(from), style);
  return out;
}

function token(out: Inline[], found: RegExpMatchArray, style: Style | undefined, depth: number): void {
  const [whole, escaped, , code, label, target, bare, bold2, bold, strike, italic, italic2] = found;
  const strong = bold2 ?? bold;
  const slanted = italic ?? italic2;
  if (escaped !== undefined) push(out, escaped, style);
  else if (code !== undefined) push(out, code, { ...style, code: true });
  else if (label !== undefined) link(out, label === "" ? (target ?? "") : label, target, style);
  else if (bare !== undefined) link(out, bare, bare, style);
  else if (strong !== undefined) out.push(...inlines(strong, { ...style, bold: true }, depth + 1));
  else if (strike !== undefined) out.push(...inlines(strike, { ...style, strike: true }, depth + 1));
  else if (slanted !== undefined) out.push(...inlines(slanted, { ...style, italic: true }, depth + 1));
  else push(out, whole, style);
}

function link(out: Inline[], label: string, target: string | undefined, style: Style | undefined): void {
  const url = safeUrl(target);
  if (url === undefined) push(out, label, style);
  else out.push({ type: "link", url, ...(label === url ? {} : { text: label }), ...(style && { style }) });
}

function push(out: Inline[], text: string, style: Style | undefined): void {
  const last = out.at(-1);
  if (text === "") return;
  if (last?.type === "text" && last.style === style) out[out.length - 1] = { ...last, text: last.text + text };
  else out.push(style === undefined ? { type: "text", text } : { type: "text", text, style });
}
