// Slack's markup of text that came without blocks: *bold*, _italic_, ~strike~,
// `code`, ```pre```, > quotes and • lists. It makes the same rich_text elements
// as the server's chat.RichTextBlocks: testdata/mrkdwn.json holds cases that
// both sides are tested with.

import { InlineWriter, literal } from "./inline";
import type { Inline, RichElement } from "./nodes";

const fence = "```";

/** A text beyond it is shown without styles. */
const maxMarkup = 64 << 10;

/** Reads stored text with both layers of markup. */
export function parseMrkdwn(text: string): RichElement[] {
  if (text.length > maxMarkup) return parsePlain(text);
  const out = new Blocks();
  out.blocks(text);
  return out.elements;
}

/** Reads stored text in which entities mean something and styles do not. */
export function parsePlain(text: string): RichElement[] {
  const writer = new InlineWriter();
  writer.plain(text, 0);
  const elements = writer.done();
  return elements.length === 0 ? [] : [{ type: "rich_text_section", elements }];
}

type Open =
  | { readonly kind: "section" | "quote"; readonly inline: InlineWriter }
  | { readonly kind: "list"; readonly indent: number; readonly items: Inline[][] };

/** Reads a text once, from block to block, and in a block from line to line. */
class Blocks {
  readonly elements: RichElement[] = [];
  private open: Open | undefined;

  /** Splits off what stands between pairs of fences. */
  blocks(text: string): void {
    let rest = text;
    for (;;) {
      const start = rest.indexOf(fence);
      const end = start < 0 ? -1 : rest.indexOf(fence, start + fence.length);
      const inner = rest.slice(start + fence.length, end);
      if (end < 0 || /^[` \n]*$/.test(inner)) {
        this.lines(rest);
        return;
      }
      this.lines(trimSuffix(rest.slice(0, start), "\n"));
      this.preformatted(inner);
      rest = trimPrefix(rest.slice(end + fence.length), "\n");
    }
  }

  private preformatted(text: string): void {
    const writer = new InlineWriter();
    writer.plain(trimSuffix(trimPrefix(text, "\n"), "\n"), literal);
    this.elements.push({ type: "rich_text_preformatted", elements: writer.done(), border: 0 });
  }

  private lines(text: string): void {
    let rest: string | undefined = text === "" ? undefined : text;
    while (rest !== undefined) {
      const quoted = cutQuoteMark(rest, 3);
      if (quoted !== undefined) {
        this.quote(quoted);
        return;
      }
      const end: number = rest.indexOf("\n");
      this.line(end < 0 ? rest : rest.slice(0, end));
      rest = end < 0 ? undefined : rest.slice(end + 1);
    }
    this.close();
  }

  private line(line: string): void {
    const quoted = cutQuoteMark(line, 1);
    if (quoted !== undefined) {
      this.continueBlock("quote").line(quoted);
      return;
    }
    const item = cutBullet(line);
    if (item !== undefined) {
      this.listItem(item.text, item.indent);
      return;
    }
    this.continueBlock("section").line(line);
  }

  /** Takes all of a text as one quote: what follows >>>. */
  private quote(text: string): void {
    this.close();
    const inline = new InlineWriter();
    this.open = { kind: "quote", inline };
    text.split("\n").forEach((line, i) => {
      if (i > 0) inline.addText("\n", 0);
      inline.line(line);
    });
    this.close();
  }

  private listItem(text: string, indent: number): void {
    const inline = new InlineWriter();
    inline.line(text);
    if (this.open?.kind === "list" && this.open.indent === indent) {
      this.open.items.push(inline.done());
      return;
    }
    this.close();
    this.open = { kind: "list", indent, items: [inline.done()] };
  }

  /** Puts a line's end into the open block if that is of this kind, else it begins one. */
  private continueBlock(kind: "section" | "quote"): InlineWriter {
    if (this.open?.kind === kind) {
      this.open.inline.addText("\n", 0);
      return this.open.inline;
    }
    this.close();
    const inline = new InlineWriter();
    this.open = { kind, inline };
    return inline;
  }

  /** Ends the open block. A section of nothing, an empty line between other blocks, is left out. */
  private close(): void {
    const open = this.open;
    this.open = undefined;
    if (open === undefined) return;
    if (open.kind === "list") {
      this.elements.push({
        type: "rich_text_list",
        elements: open.items.map((elements) => ({ type: "rich_text_section", elements })),
        style: "bullet",
        indent: open.indent,
        border: 0,
      });
      return;
    }
    const elements = open.inline.done();
    if (open.kind === "quote") this.elements.push({ type: "rich_text_quote", elements });
    else if (elements.length > 0) this.elements.push({ type: "rich_text_section", elements });
  }
}

/** Takes n escaped > and a space off the line. */
function cutQuoteMark(line: string, n: number): string | undefined {
  const mark = "&gt;".repeat(n);
  return line.startsWith(mark) ? trimPrefix(line.slice(mark.length), " ") : undefined;
}

/** Takes a bullet off the line; four spaces before it are one step of indent. */
function cutBullet(line: string): { text: string; indent: number } | undefined {
  const found = /^( *)(?:•|◦|▪︎) /u.exec(line);
  if (found === null) return undefined;
  return { text: line.slice(found[0].length), indent: Math.min((found[1] ?? "").length >> 2, 8) };
}

function trimPrefix(s: string, prefix: string): string {
  return s.startsWith(prefix) ? s.slice(prefix.length) : s;
}

function trimSuffix(s: string, suffix: string): string {
  return s.endsWith(suffix) ? s.slice(0, -suffix.length) : s;
}
