// The first part of a text: what is drawn before somebody asks for more of it.
// Anybody may write a message of ten thousand quotes; drawing all of them would
// hold up everybody who has it in view.

import type { Inline, ListItem, ListNode, TextNode } from "./nodes";
import { inlineText } from "./rich_text";

/** What a piece and a line cost to draw, in characters. */
const pieceCost = 10;
const lineCost = 40;

/** As much of a message as is shown at first: some 150 lines, or 6,000 characters. */
export const firstPortion = 6_000;

/** Takes parts of a message in their order until so many characters' worth is used up. */
export class Cutter {
  /** Something was left out. */
  over = false;

  constructor(public left: number) {}

  /** Whether there is room for another piece, which is used up. It may be larger than the room. */
  take(cost = lineCost): boolean {
    if (this.left <= 0) this.over = true;
    if (this.over) return false;
    this.left -= cost;
    return true;
  }

  /** As many of the parts as there is room for, each taken by cut. */
  each<T>(parts: readonly T[], cut: (part: T) => T, cost = lineCost): readonly T[] {
    const out: T[] = [];
    for (const part of parts) {
      if (!this.take(cost)) break;
      out.push(cut(part));
    }
    return out;
  }

  nodes(nodes: readonly TextNode[]): readonly TextNode[] {
    return this.each(nodes, (node) => this.node(node));
  }

  private node(node: TextNode): TextNode {
    switch (node.type) {
      case "section":
        return { ...node, children: this.inlines(node.children) };
      case "quote":
        return { ...node, children: this.nodes(node.children) };
      case "preformatted": {
        const children = this.inlines(node.children);
        return { ...node, children, text: children.map(inlineText).join("") };
      }
      case "list":
        return this.list(node);
    }
  }

  private list(list: ListNode): ListNode {
    const item = (from: ListItem): ListItem => ({
      children: this.inlines(from.children),
      lists: this.each(from.lists, (inner) => this.list(inner), 0),
    });
    return { ...list, items: this.each(list.items, item) };
  }

  private inlines(inlines: readonly Inline[]): readonly Inline[] {
    return this.each(inlines, (inline) => this.inline(inline), pieceCost);
  }

  private inline(inline: Inline): Inline {
    if (inline.type === "text") return { ...inline, text: this.text(inline.text) };
    this.left -= inlineText(inline).length;
    return inline;
  }

  text(text: string): string {
    let at = 0;
    while (at < text.length) {
      const newline = text.indexOf("\n", at);
      const end = newline < 0 ? text.length : newline + 1;
      if (this.left <= 0 || end - at > this.left) {
        this.over = true;
        return `${text.slice(0, wordEnd(text, at, at + Math.max(this.left, 0))).trimEnd()}…`;
      }
      this.left -= end - at + (newline < 0 ? 0 : lineCost);
      at = end;
    }
    return text;
  }
}

/** The end of the last word before to; a word that is longer than a line is cut within. */
function wordEnd(text: string, from: number, to: number): number {
  const space = text.lastIndexOf(" ", to);
  if (space > from && space > to - 2 * lineCost) return space;
  const code = text.charCodeAt(to - 1);
  return code >= 0xd800 && code < 0xdc00 ? to - 1 : to; // no half of a pair
}

/** The first part of a tree; the same tree where that is all of it. */
export function portion(nodes: readonly TextNode[], size: number): { nodes: readonly TextNode[]; over: boolean } {
  const cutter = new Cutter(size);
  const first = cutter.nodes(nodes);
  return { nodes: cutter.over ? first : nodes, over: cutter.over };
}
