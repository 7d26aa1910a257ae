import { type DOMOutputSpec, type MarkSpec, type NodeSpec, Schema } from "prosemirror-model";

/**
 * What a message may hold: paragraphs, quotes, code, lists, and inside of lines
 * text, mentions, emoji and links. It has nothing that rich_text can't say, so
 * that each document can be sent and comes back for editing as it was.
 */

/** An inline atom that stands for something by its id; how it is shown is the node views' affair. */
function reference(kind: string, sign: string): NodeSpec {
  return {
    inline: true,
    group: "inline",
    atom: true,
    selectable: false,
    attrs: { id: { validate: "string" } },
    toDOM: (node): DOMOutputSpec => ["span", { [`data-${kind}`]: String(node.attrs.id) }, sign + String(node.attrs.id)],
    parseDOM: [{ tag: `span[data-${kind}]`, getAttrs: (dom) => ({ id: dom.getAttribute(`data-${kind}`) ?? "" }) }],
    leafText: (node) => sign + String(node.attrs.id),
  };
}

const nodes = {
  doc: { content: "block+" },
  paragraph: {
    content: "inline*",
    group: "block",
    parseDOM: [{ tag: "p" }, { tag: "h1" }, { tag: "h2" }, { tag: "h3" }, { tag: "h4" }, { tag: "h5" }, { tag: "h6" }],
    toDOM: (): DOMOutputSpec => ["p", { dir: "auto" }, 0],
  },
  blockquote: {
    content: "paragraph+",
    group: "block",
    defining: true,
    parseDOM: [{ tag: "blockquote" }],
    toDOM: (): DOMOutputSpec => ["blockquote", 0],
  },
  code_block: {
    content: "text*",
    marks: "",
    group: "block",
    code: true,
    defining: true,
    parseDOM: [{ tag: "pre", preserveWhitespace: "full" }],
    toDOM: (): DOMOutputSpec => ["pre", { spellcheck: "false" }, ["code", 0]],
  },
  bullet_list: {
    content: "list_item+",
    group: "block list",
    parseDOM: [{ tag: "ul" }],
    toDOM: (): DOMOutputSpec => ["ul", 0],
  },
  ordered_list: {
    content: "list_item+",
    group: "block list",
    attrs: { order: { default: 1, validate: "number" } },
    parseDOM: [{ tag: "ol", getAttrs: (dom) => ({ order: Number(dom.getAttribute("start") ?? 1) || 1 }) }],
    toDOM: (node): DOMOutputSpec =>
      node.attrs.order === 1 ? ["ol", 0] : ["ol", { start: Number(node.attrs.order) }, 0],
  },
  list_item: {
    content: "paragraph list*",
    defining: true,
    parseDOM: [{ tag: "li" }],
    toDOM: (): DOMOutputSpec => ["li", 0],
  },
  text: { group: "inline" },
  hard_break: {
    inline: true,
    group: "inline",
    selectable: false,
    parseDOM: [{ tag: "br" }],
    toDOM: (): DOMOutputSpec => ["br"],
    leafText: () => "\n",
  },
  user: reference("user", "@"),
  usergroup: reference("usergroup", "@"),
  channel: reference("channel", "#"),
  broadcast: reference("broadcast", "@"),
  emoji: {
    inline: true,
    group: "inline",
    atom: true,
    selectable: false,
    attrs: { id: { validate: "string" }, tone: { default: 0, validate: "number" } },
    toDOM: (node): DOMOutputSpec => [
      "span",
      { "data-emoji": String(node.attrs.id), "data-tone": String(node.attrs.tone) },
      `:${node.attrs.id}:`,
    ],
    parseDOM: [
      {
        tag: "span[data-emoji]",
        getAttrs: (dom) => ({ id: dom.dataset.emoji ?? "", tone: Number(dom.dataset.tone ?? 0) || 0 }),
      },
    ],
    leafText: (node) => `:${node.attrs.id}:`,
  },
} satisfies Record<string, NodeSpec>;

const boldWeights = /^(bold(er)?|[5-9]\d{2,})$/;

const marks = {
  link: {
    attrs: { href: { validate: "string" } },
    inclusive: false,
    parseDOM: [
      {
        tag: "a[href]",
        getAttrs: (dom) => {
          const href = webLink(dom.getAttribute("href") ?? "");
          return href ? { href } : false;
        },
      },
    ],
    toDOM: (mark): DOMOutputSpec => ["a", { href: String(mark.attrs.href), rel: "noopener noreferrer" }, 0],
  },
  bold: {
    parseDOM: [
      { tag: "strong" },
      // Google Docs wraps all that it copies into a <b> that means nothing.
      { tag: "b", getAttrs: (dom) => (dom.style.fontWeight === "normal" ? false : null) },
      { style: "font-weight", getAttrs: (weight) => (boldWeights.test(weight) ? null : false) },
    ],
    toDOM: (): DOMOutputSpec => ["strong", 0],
  },
  italic: {
    parseDOM: [{ tag: "em" }, { tag: "i" }, { style: "font-style=italic" }],
    toDOM: (): DOMOutputSpec => ["em", 0],
  },
  strike: {
    parseDOM: [{ tag: "s" }, { tag: "del" }, { tag: "strike" }, { style: "text-decoration=line-through" }],
    toDOM: (): DOMOutputSpec => ["s", 0],
  },
  code: {
    inclusive: true,
    parseDOM: [{ tag: "code" }, { tag: "tt" }],
    toDOM: (): DOMOutputSpec => ["code", { spellcheck: "false" }, 0],
  },
} satisfies Record<string, MarkSpec>;

export const schema = new Schema<keyof typeof nodes, keyof typeof marks>({ nodes, marks });

/** The address if it leads to the web or to mail; a bare domain gets https. */
export function webLink(text: string): string | undefined {
  const trimmed = text.trim();
  if (/^(https?:\/\/|mailto:)\S+$/i.test(trimmed)) return trimmed;
  if (/^[\w.-]+@[\w-]+(\.[\w-]+)+$/.test(trimmed)) return `mailto:${trimmed}`;
  if (/^[\w-]+(\.[\w-]+)+(:\d+)?([/?#]\S*)?$/.test(trimmed)) return `https://${trimmed}`;
  return undefined;
}
