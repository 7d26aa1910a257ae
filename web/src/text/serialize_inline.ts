import type { Inline, Style } from "./nodes";
import type { DocMark, DocNode } from "./serialize_types";

/** The marks that rich_text has as styles; link is an element of its own there. */
const styleNames = ["bold", "italic", "strike", "code"] as const;

function styleOf(marks: readonly DocMark[] | undefined): Style | undefined {
  let style: Style | undefined;
  for (const mark of marks ?? []) {
    for (const name of styleNames) {
      if (mark.type === name) style = { ...style, [name]: true };
    }
  }
  return style;
}

function marksOf(style: Style | undefined): DocMark[] {
  return styleNames.filter((name) => style?.[name]).map((name) => ({ type: name }));
}

function linkOf(marks: readonly DocMark[] | undefined): string | undefined {
  const href = marks?.find((mark) => mark.type === "link")?.attrs?.href;
  return typeof href === "string" ? href : undefined;
}

/** A web or mail address in plain text, bounded so that no text takes long to look through, without the signs of the sentence that it ends. */
const address =
  /(?<![\p{L}\p{N}@/])(?:https?:\/\/[^\s<>"]{1,2048}|www\.[^\s<>"]{1,255}\.[^\s<>"]{1,2048}|[\p{L}\p{N}._%+-]{1,64}@[\p{L}\p{N}-]{1,63}(?:\.[\p{L}\p{N}-]{1,63}){1,8})/giu;

function withoutEnd(url: string): string {
  let end = url.length;
  for (; end > 0; end--) {
    const last = url[end - 1] ?? "";
    const open = last === ")" && url.slice(0, end).split("(").length >= url.slice(0, end).split(")").length;
    if (open || !/[.,;:!?)'"*_~\]]/.test(last)) break;
  }
  return url.slice(0, end);
}

/** Text, with a link for each address in it. */
function autolinked(text: string): Inline[] {
  if (!/[@:.]/.test(text)) return [{ type: "text", text }];
  const out: Inline[] = [];
  let at = 0;
  for (const found of text.matchAll(address)) {
    const shown = withoutEnd(found[0]);
    if (/^https?:\/\/$/i.test(shown)) continue;
    if (found.index > at) out.push({ type: "text", text: text.slice(at, found.index) });
    if (/^https?:/i.test(shown)) out.push({ type: "link", url: shown });
    else out.push({ type: "link", url: (/^www\./i.test(shown) ? "http://" : "mailto:") + shown, text: shown });
    at = found.index + shown.length;
  }
  if (at < text.length) out.push({ type: "text", text: text.slice(at) });
  return out;
}

/** The element of one inline node of the document; undefined for what has none. */
function elementOf(node: DocNode): Inline | undefined {
  const id = String(node.attrs?.id ?? "");
  switch (node.type) {
    case "text": {
      const url = linkOf(node.marks);
      const text = node.text ?? "";
      if (url === undefined) return { type: "text", text };
      return text === url ? { type: "link", url } : { type: "link", url, text };
    }
    case "hard_break":
      return { type: "text", text: "\n" };
    case "user":
      return { type: "user", user_id: id };
    case "usergroup":
      return { type: "usergroup", usergroup_id: id };
    case "channel":
      return { type: "channel", channel_id: id };
    case "broadcast":
      return { type: "broadcast", range: id === "here" || id === "everyone" ? id : "channel" };
    case "emoji": {
      const tone = Number(node.attrs?.tone ?? 0);
      return tone > 1 ? { type: "emoji", name: id, skin_tone: tone } : { type: "emoji", name: id };
    }
    default:
      return undefined;
  }
}

function sameStyle(a: Style | undefined, b: Style | undefined): boolean {
  return styleNames.every((name) => Boolean(a?.[name]) === Boolean(b?.[name]));
}

/** Adds an element, joining text of one style and pieces of one link. */
export function pushInline(out: Inline[], element: Inline): void {
  const last = out.at(-1);
  if (last && element.type === "text" && last.type === "text" && sameStyle(last.style, element.style)) {
    out[out.length - 1] = { ...last, text: last.text + element.text };
    return;
  }
  out.push(element);
}

/** The elements of a line: a paragraph's, or a list item's. */
export function inlineOf(nodes: readonly DocNode[] | undefined): Inline[] {
  const out: Inline[] = [];
  for (const node of nodes ?? []) {
    const element = elementOf(node);
    if (!element) continue;
    const style = node.type === "hard_break" ? undefined : styleOf(node.marks);
    const pieces =
      element.type === "text" && !style?.code && node.type === "text" ? autolinked(element.text) : [element];
    for (const piece of pieces) pushInline(out, style ? { ...piece, style } : piece);
  }
  return out;
}

function textNode(text: string, marks: DocMark[]): DocNode {
  return marks.length > 0 ? { type: "text", text, marks } : { type: "text", text };
}

/** Whether a link is just an address, which becomes a link again when it is sent, also after it was changed. */
function isAddress(link: Inline & { type: "link" }): boolean {
  const text = link.text || link.url;
  const [again, more] = autolinked(text);
  return !more && again?.type === "link" && again.url === link.url;
}

/**
 * The document's node for an element. What the composer can't write (colours,
 * dates) becomes the text that stands for it.
 */
function nodeOf(element: Exclude<Inline, { type: "text" }>): DocNode {
  const marks = marksOf(element.style);
  const withMarks = (node: DocNode): DocNode => (marks.length > 0 ? { ...node, marks } : node);
  switch (element.type) {
    case "link":
      if (isAddress(element)) return textNode(element.text || element.url, marks);
      return textNode(element.text || element.url, [...marks, { type: "link", attrs: { href: element.url } }]);
    case "user":
      return withMarks({ type: "user", attrs: { id: element.user_id } });
    case "usergroup":
      return withMarks({ type: "usergroup", attrs: { id: element.usergroup_id } });
    case "channel":
      return withMarks({ type: "channel", attrs: { id: element.channel_id } });
    case "broadcast":
      return withMarks({ type: "broadcast", attrs: { id: element.range } });
    case "emoji":
      return withMarks({ type: "emoji", attrs: { id: element.name, tone: element.skin_tone ?? 0 } });
    case "color":
      return textNode(element.value, marks);
    case "date":
      return textNode(element.fallback || element.format, marks);
  }
}

/** Splits elements into lines of the document's nodes, at each line feed. */
export function linesOf(elements: readonly Inline[]): DocNode[][] {
  let line: DocNode[] = [];
  const lines = [line];
  for (const element of elements) {
    if (element.type !== "text") {
      line.push(nodeOf(element));
      continue;
    }
    const marks = marksOf(element.style);
    element.text.split("\n").forEach((part, i) => {
      if (i > 0) {
        line = [];
        lines.push(line);
      }
      if (part !== "") line.push(textNode(part, marks));
    });
  }
  return lines;
}
