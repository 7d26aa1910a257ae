import type { DocMark, DocNode } from "../../text/serialize";
import { webLink } from "./schema";

/**
 * Plain text that is pasted: what is surely meant as Markdown becomes what it
 * means, and every other line stays the line that it is, spaces and all.
 */
export function markdownDoc(text: string): DocNode {
  const reader = new Reader(text.replace(/\r\n?/g, "\n").split("\n"));
  return { type: "doc", content: reader.read() };
}

const item = /^(\s*)(?:[-*+•◦▪]|(\d{1,4})[.)])\s+(\S.*)$/;

class Reader {
  private readonly out: DocNode[] = [];
  private at = 0;

  constructor(private readonly lines: readonly string[]) {}

  read(): DocNode[] {
    while (this.at < this.lines.length) this.block(this.lines[this.at] ?? "");
    return this.out;
  }

  private block(line: string): void {
    if (/^\s*```[\w+#.-]*\s*$/.test(line) && this.code()) return;
    if (/^> ?/.test(line)) this.quote();
    else if (item.test(line)) this.list();
    else this.line(line);
  }

  private line(line: string): void {
    const heading = /^#{1,6} +(.*?)(?: +#+)?$/.exec(line)?.[1];
    this.out.push(heading ? paragraph(inline(heading, [{ type: "bold" }])) : paragraph(inline(line, [])));
    this.at++;
  }

  private code(): boolean {
    const end = this.lines.findIndex((line, i) => i > this.at && /^\s*```\s*$/.test(line));
    if (end < 0) return false;
    const text = this.lines.slice(this.at + 1, end).join("\n");
    this.out.push(text ? { type: "code_block", content: [{ type: "text", text }] } : { type: "code_block" });
    this.at = end + 1;
    return true;
  }

  private quote(): void {
    const content: DocNode[] = [];
    for (; ; this.at++) {
      const line = /^> ?(.*)$/.exec(this.lines[this.at] ?? "")?.[1];
      if (line === undefined) break;
      content.push(paragraph(inline(line, [])));
    }
    this.out.push({ type: "blockquote", content });
  }

  private list(): void {
    const open: OpenList[] = [];
    for (; ; this.at++) {
      const found = item.exec(this.lines[this.at] ?? "");
      if (!found) break;
      const [, space = "", number, text = ""] = found;
      const indent = space.replaceAll("\t", "    ").length;
      const type = number === undefined ? "bullet_list" : "ordered_list";
      while (open.length > 1 && indent < (open.at(-1)?.indent ?? 0)) open.pop();
      let list = open.at(-1);
      const other = list && list.indent >= indent && list.node.type !== type;
      if (other) open.pop();
      if (!list || other || (indent > list.indent + 1 && open.length < 8)) {
        const node: MutableList = {
          type,
          content: [],
          ...(number !== undefined && { attrs: { order: Number(number) } }),
        };
        const parent = open.at(-1)?.node.content.at(-1)?.content;
        if (parent) parent.push(node);
        else this.out.push(node);
        list = { indent, node };
        open.push(list);
      }
      list.node.content.push({ type: "list_item", content: [paragraph(inline(text, []))] });
    }
  }
}

interface MutableList {
  type: "bullet_list" | "ordered_list";
  attrs?: { order: number };
  content: { type: "list_item"; content: DocNode[] }[];
}

interface OpenList {
  readonly indent: number;
  readonly node: MutableList;
}

function paragraph(content: DocNode[]): DocNode {
  return content.length > 0 ? { type: "paragraph", content } : { type: "paragraph" };
}

const token =
  /`([^`\n]+)`|\*\*(?=\S)([^*\n]+?)(?<=\S)\*\*|~~(?=\S)([^~\n]+?)(?<=\S)~~|(?<![\p{L}\p{N}_])_(?=[^\s_])([^_\n]+?)(?<=\S)_(?![\p{L}\p{N}_])|\[([^[\]\n]+)\]\(([^()\s]+)\)/gu;

function inline(text: string, marks: readonly DocMark[]): DocNode[] {
  const out: DocNode[] = [];
  let at = 0;
  const plain = (to: number) => {
    if (to > at) out.push(textNode(text.slice(at, to), marks));
  };
  for (const found of text.matchAll(token)) {
    const nodes = tokenNodes(found, marks);
    if (!nodes) continue;
    plain(found.index);
    out.push(...nodes);
    at = found.index + found[0].length;
  }
  plain(text.length);
  return out;
}

function tokenNodes(found: RegExpMatchArray, marks: readonly DocMark[]): DocNode[] | undefined {
  const [, code, bold, strike, italic, label, target] = found;
  if (code !== undefined) return [textNode(code, [...marks, { type: "code" }])];
  if (bold !== undefined) return inline(bold, marked(marks, "bold"));
  if (strike !== undefined) return inline(strike, marked(marks, "strike"));
  if (italic !== undefined) return inline(italic, marked(marks, "italic"));
  const href = webLink(target ?? "");
  return href && label ? [textNode(label, [{ type: "link", attrs: { href } }, ...marks])] : undefined;
}

function marked(marks: readonly DocMark[], type: string): DocMark[] {
  return marks.some((mark) => mark.type === type) ? [...marks] : [...marks, { type }];
}

function textNode(text: string, marks: readonly DocMark[]): DocNode {
  return marks.length > 0 ? { type: "text", text, marks } : { type: "text", text };
}
