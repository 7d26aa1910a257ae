import type { Inline, RichElement } from "./nodes";
import { inlineOf, linesOf, pushInline } from "./serialize_inline";
import type { DocNode, RichText } from "./serialize_types";

export type { DocMark, DocNode, RichText } from "./serialize_types";

const maxIndent = 8;

/** The rich_text block that says what the document says; undefined for an empty one. */
export function blockOf(doc: DocNode): RichText | undefined {
  const out: RichElement[] = [];
  const blocks = trimmed(doc.content ?? []);
  for (let i = 0; i < blocks.length; ) {
    const block = blocks[i] as DocNode;
    if (block.type === "paragraph") {
      let end = i;
      while (blocks[end]?.type === "paragraph") end++;
      out.push({ type: "rich_text_section", elements: section(blocks.slice(i, end), end < blocks.length) });
      i = end;
      continue;
    }
    pushBlock(out, block);
    i++;
  }
  return out.length > 0 ? { type: "rich_text", elements: out } : undefined;
}

/** Whether there is nothing to send: no text, no mention, no emoji. */
export function isBlank(doc: DocNode | undefined): boolean {
  if (!doc) return true;
  if (doc.type === "text") return (doc.text ?? "").trim() === "";
  if (["user", "usergroup", "channel", "broadcast", "emoji"].includes(doc.type)) return false;
  return (doc.content ?? []).every(isBlank);
}

/** Empty paragraphs at both ends are not sent. */
function trimmed(blocks: readonly DocNode[]): readonly DocNode[] {
  const empty = (block: DocNode | undefined) => block !== undefined && isBlank(block);
  let from = 0;
  let to = blocks.length;
  while (from < to && empty(blocks[from])) from++;
  while (to > from && empty(blocks[to - 1])) to--;
  return blocks.slice(from, to);
}

/**
 * One section for paragraphs in a row, with line feeds between. A line feed at
 * the end of a section that another element follows means nothing, so an empty
 * last paragraph takes two; a section of empty paragraphs alone, one for each.
 */
function section(paragraphs: readonly DocNode[], followed: boolean): Inline[] {
  const lines = paragraphs.map((p) => inlineOf(p.content));
  if (lines.every((line) => line.length === 0)) return [{ type: "text", text: "\n".repeat(lines.length) }];
  const out = joined(lines);
  if (followed && lines.at(-1)?.length === 0) pushInline(out, { type: "text", text: "\n" });
  return out;
}

function joined(lines: readonly Inline[][]): Inline[] {
  const out: Inline[] = [];
  lines.forEach((line, i) => {
    if (i > 0) pushInline(out, { type: "text", text: "\n" });
    for (const element of line) pushInline(out, element);
  });
  return out;
}

function pushBlock(out: RichElement[], block: DocNode): void {
  switch (block.type) {
    case "code_block":
      out.push({ type: "rich_text_preformatted", elements: inlineOf(block.content), border: 0 });
      return;
    case "blockquote":
      out.push({ type: "rich_text_quote", elements: joined((block.content ?? []).map((p) => inlineOf(p.content))) });
      return;
    case "bullet_list":
    case "ordered_list":
      pushList(out, block, 0);
      return;
  }
}

type Item = { type: "rich_text_section"; elements: Inline[] };

/** Nested lists lie flat in rich_text, each piece with its indent. */
function pushList(out: RichElement[], list: DocNode, indent: number): void {
  const style = list.type === "ordered_list" ? "ordered" : "bullet";
  const first = Number(list.attrs?.order ?? 1) - 1;
  let items: Item[] | undefined;
  (list.content ?? []).forEach((item, i) => {
    if (!items) {
      const offset = style === "ordered" ? first + i : 0;
      items = [];
      out.push({ type: "rich_text_list", style, indent, ...(offset > 0 && { offset }), elements: items, border: 0 });
    }
    const [line, ...nested] = item.content ?? [];
    items.push({ type: "rich_text_section", elements: inlineOf(line?.content) });
    for (const child of nested) {
      pushList(out, child, Math.min(indent + 1, maxIndent));
      items = undefined;
    }
  });
}

/** The document that a message's or draft's blocks are edited as. */
export function docOf(blocks: readonly { type: string }[] | undefined): DocNode {
  const content: DocNode[] = [];
  for (const block of blocks ?? []) {
    if (block.type !== "rich_text") continue;
    const elements = (block as RichText).elements ?? [];
    elements.forEach((element, i) => {
      addElement(content, element, i < elements.length - 1);
    });
  }
  return { type: "doc", content: content.length > 0 ? content : [{ type: "paragraph" }] };
}

function paragraph(line: DocNode[]): DocNode {
  return line.length > 0 ? { type: "paragraph", content: line } : { type: "paragraph" };
}

function addElement(content: DocNode[], element: RichElement, followed: boolean): void {
  switch (element.type) {
    case "rich_text_section": {
      const lines = linesOf(element.elements);
      const drop =
        lines.every((line) => line.length === 0) || (followed && lines.length > 1 && lines.at(-1)?.length === 0);
      content.push(...(drop ? lines.slice(0, -1) : lines).map(paragraph));
      return;
    }
    case "rich_text_preformatted": {
      const text = element.elements.map(plainOf).join("");
      content.push(text ? { type: "code_block", content: [{ type: "text", text }] } : { type: "code_block" });
      return;
    }
    case "rich_text_quote":
      content.push({ type: "blockquote", content: linesOf(element.elements).map(paragraph) });
      return;
    case "rich_text_list":
      addList(content, element);
      return;
  }
}

function plainOf(element: Inline): string {
  if (element.type === "text") return element.text;
  return element.type === "link" ? element.text || element.url : "";
}

interface MutableNode {
  type: string;
  attrs?: Record<string, unknown>;
  content: DocNode[];
}

/** Puts the piece of a list below the item of the list before it that has a lower indent. */
function addList(content: DocNode[], list: RichElement & { type: "rich_text_list" }): void {
  const type = list.style === "ordered" ? "ordered_list" : "bullet_list";
  const items = list.elements.map((item): MutableNode => ({ type: "list_item", content: [itemLine(item.elements)] }));
  if (items.length === 0) return;
  let place = content;
  for (let depth = 0; depth < Math.min(list.indent ?? 0, maxIndent); depth++) {
    const last = place.at(-1) as MutableNode | undefined;
    const isList = last?.type === "bullet_list" || last?.type === "ordered_list";
    const item = isList ? (last.content.at(-1) as MutableNode | undefined) : undefined;
    if (!item) break;
    place = item.content;
  }
  const before = place.at(-1) as MutableNode | undefined;
  const continues = before?.type === type && (type === "bullet_list" || endsAt(before) === (list.offset ?? 0));
  if (continues && (place !== content || before.content.at(-1)?.content?.length !== 1)) {
    before.content.push(...items);
    return;
  }
  const node: MutableNode = { type, content: items };
  if (type === "ordered_list") node.attrs = { order: (list.offset ?? 0) + 1 };
  place.push(node);
}

/** How many items stand before the one that would continue the list. */
function endsAt(list: MutableNode): number {
  return Number(list.attrs?.order ?? 1) - 1 + list.content.length;
}

function itemLine(elements: readonly Inline[]): DocNode {
  const nodes: DocNode[] = [];
  linesOf(elements).forEach((line, i) => {
    if (i > 0) nodes.push({ type: "hard_break" });
    nodes.push(...line);
  });
  return paragraph(nodes);
}
