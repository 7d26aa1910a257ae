// Reads Slack's rich_text blocks, which anybody may have written: what is not
// of the shape it should have is left out, never trusted.

import type { Inline, ListItem, ListNode, RichElement, Style, TextNode } from "./nodes";
import { safeUrl } from "./url";

type Json = Readonly<Record<string, unknown>>;

/** No block has more elements than this; the rest is left out. */
const maxElements = 5_000;
const maxIndent = 8;

/** The tree of one rich_text block. */
export function readRichText(block: unknown): TextNode[] {
  return toTree(readElements(list(record(block)?.elements)));
}

/** Sorts flat elements into a tree: lists into lists, bordered blocks into quotes. */
export function toTree(elements: readonly RichElement[]): TextNode[] {
  const out: TextNode[] = [];
  let quote: TextNode[] | undefined;
  for (const element of elements) {
    const bordered = element.type === "rich_text_quote" || ("border" in element && (element.border ?? 0) > 0);
    if (!bordered) quote = undefined;
    else if (quote === undefined) {
      quote = [];
      out.push({ type: "quote", children: quote });
    }
    addNode(quote ?? out, element);
  }
  return out;
}

function addNode(into: TextNode[], element: RichElement): void {
  switch (element.type) {
    case "rich_text_section":
    case "rich_text_quote":
      into.push({ type: "section", children: element.elements });
      return;
    case "rich_text_preformatted":
      into.push({
        type: "preformatted",
        text: element.elements.map(inlineText).join(""),
        children: element.elements,
        language: element.language ?? "",
      });
      return;
    case "rich_text_list":
      addList(into, element);
  }
}

/** A list while it is put together. */
interface OpenList extends ListNode {
  readonly items: OpenItem[];
}

interface OpenItem extends ListItem {
  readonly lists: OpenList[];
}

/**
 * Hangs a list below the last item of the list before it if that is of a smaller
 * indent. One that goes on where inner lists interrupted it is one list.
 */
function addList(into: TextNode[], element: RichElement & { type: "rich_text_list" }): void {
  const node: OpenList = {
    type: "list",
    ordered: element.style === "ordered",
    indent: Math.min(element.indent ?? 0, maxIndent),
    offset: element.offset ?? 0,
    items: element.elements.map((item) => ({ children: item.elements, lists: [] })),
  };
  let place: TextNode[] = into;
  let last = openList(place);
  while (last !== undefined && last.indent < node.indent) {
    const item = last.items.at(-1);
    if (item === undefined) break;
    place = item.lists;
    last = openList(place);
  }
  if (last !== undefined && goesOn(node, last)) last.items.push(...node.items);
  else place.push(node);
}

function openList(nodes: readonly TextNode[]): OpenList | undefined {
  const last = nodes.at(-1);
  return last?.type === "list" ? (last as OpenList) : undefined;
}

function goesOn(node: ListNode, last: ListNode): boolean {
  const interrupted = (last.items.at(-1)?.lists.length ?? 0) > 0;
  const counted = !node.ordered || node.offset === last.offset + last.items.length;
  return interrupted && counted && node.ordered === last.ordered && node.indent === last.indent;
}

/** What an inline element says where it is not drawn: in code, in a preview. */
export function inlineText(inline: Inline): string {
  switch (inline.type) {
    case "text":
      return inline.text;
    case "link":
      return inline.text ?? inline.url;
    case "emoji":
      return `:${inline.name}:`;
    case "date":
      return inline.fallback ?? new Date(inline.timestamp * 1000).toISOString();
    case "user":
      return `@${inline.user_id}`;
    case "channel":
      return `#${inline.channel_id}`;
    case "usergroup":
      return `@${inline.usergroup_id}`;
    case "broadcast":
      return `@${inline.range}`;
    case "color":
      return inline.value;
  }
}

function readElements(from: readonly unknown[]): RichElement[] {
  const out: RichElement[] = [];
  for (const one of from.slice(0, maxElements)) {
    const element = readElement(record(one));
    if (element !== undefined) out.push(element);
  }
  return out;
}

function readElement(from: Json | undefined): RichElement | undefined {
  const elements = list(from?.elements);
  switch (from?.type) {
    case "rich_text_section":
      return { type: "rich_text_section", elements: readInlines(elements) };
    case "rich_text_quote":
      return { type: "rich_text_quote", elements: readInlines(elements), border: count(from.border) };
    case "rich_text_preformatted":
      return {
        type: "rich_text_preformatted",
        elements: readInlines(elements),
        border: count(from.border),
        language: text(from.language) ?? "",
      };
    case "rich_text_list":
      return {
        type: "rich_text_list",
        style: from.style === "ordered" ? "ordered" : "bullet",
        indent: count(from.indent),
        offset: count(from.offset),
        border: count(from.border),
        elements: elements.slice(0, maxElements).map((item) => ({
          type: "rich_text_section",
          elements: readInlines(list(record(item)?.elements)),
        })),
      };
  }
  return undefined;
}

function readInlines(from: readonly unknown[]): Inline[] {
  const out: Inline[] = [];
  for (const one of from.slice(0, maxElements)) {
    const json = record(one);
    const inline = json && readInline(json);
    if (inline !== undefined) out.push(inline);
  }
  return out;
}

function readInline(from: Json): Inline | undefined {
  const style = readStyle(from.style);
  const inline = readKind(from);
  return inline === undefined || style === undefined ? inline : { ...inline, style };
}

function readKind(from: Json): Inline | undefined {
  switch (from.type) {
    case "text":
      return given(text(from.text), (s) => ({ type: "text", text: s }));
    case "link":
      return readLink(from);
    case "emoji":
      return given(text(from.name), (name) => {
        const tone = count(from.skin_tone);
        return tone >= 2 && tone <= 6 ? { type: "emoji", name, skin_tone: tone } : { type: "emoji", name };
      });
    case "user":
      return given(text(from.user_id), (user_id) => ({ type: "user", user_id }));
    case "channel":
      return given(text(from.channel_id), (channel_id) => ({ type: "channel", channel_id }));
    case "usergroup":
      return given(text(from.usergroup_id), (usergroup_id) => ({ type: "usergroup", usergroup_id }));
    case "broadcast":
      return from.range === "here" || from.range === "channel" || from.range === "everyone"
        ? { type: "broadcast", range: from.range }
        : undefined;
    case "color":
      return typeof from.value === "string" && /^#[0-9a-fA-F]{3,8}$/.test(from.value)
        ? { type: "color", value: from.value }
        : undefined;
    case "date":
      return readDate(from);
  }
  return given(text(from.text) ?? text(from.fallback), (s) => ({ type: "text", text: s }));
}

/** A link that may not be opened is shown as what it says. */
function readLink(from: Json): Inline | undefined {
  const label = text(from.text);
  const url = safeUrl(from.url);
  if (url === undefined) return given(label ?? text(from.url), (s) => ({ type: "text", text: s }));
  return label === undefined ? { type: "link", url } : { type: "link", url, text: label };
}

function readDate(from: Json): Inline | undefined {
  const { timestamp } = from;
  if (typeof timestamp !== "number" || Math.abs(timestamp) > 8.64e12) return undefined;
  const url = safeUrl(from.url);
  const fallback = text(from.fallback);
  return {
    type: "date",
    timestamp,
    format: text(from.format) ?? "{date_pretty} {time}",
    ...(url === undefined ? {} : { url }),
    ...(fallback === undefined ? {} : { fallback }),
  };
}

const styleKeys = ["bold", "italic", "strike", "code", "underline", "highlight"] as const;

function readStyle(from: unknown): Style | undefined {
  const json = record(from);
  if (json === undefined) return undefined;
  const on = styleKeys.filter((key) => json[key] === true);
  return on.length === 0 ? undefined : Object.fromEntries(on.map((key) => [key, true]));
}

function given<T>(value: string | undefined, make: (s: string) => T): T | undefined {
  return value === undefined ? undefined : make(value);
}

function record(value: unknown): Json | undefined {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Json) : undefined;
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function text(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}

function count(value: unknown): number {
  return typeof value === "number" && Number.isInteger(value) && value > 0 ? Math.min(value, 1_000_000) : 0;
}
