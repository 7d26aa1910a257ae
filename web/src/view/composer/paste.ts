import { DOMParser as DocParser, Fragment, type Node, Slice } from "prosemirror-model";
import { Plugin } from "prosemirror-state";
import type { EditorView } from "prosemirror-view";
import type { DocNode } from "../../text/serialize";
import { markdownDoc } from "./markdown_doc";
import { schema, webLink } from "./schema";

/** What comes in by paste and drop: files, addresses, Markdown, pages; and what goes out by copy. */

export interface PasteActions {
  /** Takes files; false where this editor has no room for any. */
  files(files: File[]): boolean;
}

export function pasteRules(actions: PasteActions): Plugin {
  return new Plugin({
    props: {
      handlePaste: (view, event) => {
        const data = event.clipboardData;
        if (!data) return false;
        const files = [...data.files];
        if (files.length > 0 && !saysMore(data.getData("text/html")) && actions.files(files)) return true;
        return pasteLink(view, data.getData("text/plain"));
      },
      handleDrop: (_view, event) => {
        const files = [...(event.dataTransfer?.files ?? [])];
        return files.length > 0 && actions.files(files);
      },
      clipboardTextParser: (text, $context, plain) => {
        const inCode = $context.parent.type === schema.nodes.code_block;
        return inCode || plain ? plainSlice(text, inCode) : sliceOf(schema.nodeFromJSON(markdownDoc(text)));
      },
      clipboardTextSerializer: (slice) => slice.content.textBetween(0, slice.content.size, "\n"),
      transformPastedHTML: (html) => cleanHtml(html),
    },
  });
}

/**
 * Whether what comes with files is more than they are: an office program puts a
 * picture of the text beside the text, a browser the picture's tag beside the picture.
 */
function saysMore(html: string): boolean {
  return html.replace(/<!--[\s\S]*?-->|<\/?(?:html|head|body|meta|img)\b[^>]*>/gi, "").trim() !== "";
}

/** An address that is pasted over a text becomes the text's link. */
function pasteLink(view: EditorView, text: string): boolean {
  const { from, to, empty, $from } = view.state.selection;
  const href = /^https?:\/\/\S+$/.test(text.trim()) ? webLink(text) : undefined;
  if (!href || empty || !$from.sameParent(view.state.selection.$to) || $from.parent.type === schema.nodes.code_block)
    return false;
  view.dispatch(view.state.tr.addMark(from, to, schema.marks.link.create({ href })).scrollIntoView());
  return true;
}

function plainSlice(text: string, inCode: boolean): Slice {
  const clean = text.replace(/\r\n?/g, "\n");
  if (inCode) return new Slice(Fragment.from(clean ? schema.text(clean) : null), 0, 0);
  const lines = clean.split("\n").map((line) => schema.nodes.paragraph.create(null, line ? schema.text(line) : null));
  return new Slice(Fragment.from(lines), 1, 1);
}

function sliceOf(doc: Node): Slice {
  const open = (node: Node | null) => (node?.type === schema.nodes.paragraph ? 1 : 0);
  return new Slice(doc.content, open(doc.firstChild), open(doc.lastChild));
}

/** The document of a page's HTML, as if it were pasted. */
export function htmlDoc(html: string): DocNode {
  const page = new DOMParser().parseFromString(cleanHtml(html), "text/html");
  return DocParser.fromSchema(schema).parse(page.body).toJSON() as DocNode;
}

/** Makes of HTML what the schema has no word for: rows of tables are lines, headings are bold, rules are left out. */
export function cleanHtml(html: string): string {
  if (!/<(table|h[1-6]|img|style|script|title|meta)\b/i.test(html)) return html;
  const page = new DOMParser().parseFromString(html, "text/html");
  // The editor's own mark of a copied slice is on an element that stays.
  for (const gone of page.querySelectorAll("style, script, title, noscript")) gone.remove();
  for (const image of page.querySelectorAll("img[alt]")) image.replaceWith(image.getAttribute("alt") ?? "");
  for (const row of page.querySelectorAll("tr")) {
    const line = page.createElement("p");
    line.textContent = [...row.children].map((cell) => cell.textContent?.trim() ?? "").join(" | ");
    row.closest("table")?.before(line);
  }
  for (const table of page.querySelectorAll("table")) table.remove();
  for (const heading of page.querySelectorAll("h1, h2, h3, h4, h5, h6")) {
    const bold = page.createElement("b");
    bold.append(...heading.childNodes);
    heading.append(bold);
  }
  return page.body.innerHTML;
}
