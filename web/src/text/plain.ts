// A message's text as one line of plain words: for notifications, previews,
// titles, and what a screen reader says of a row.

import { parseMrkdwn } from "./mrkdwn";
import type { Inline, ListNode, TextNode } from "./nodes";
import { inlineText, readRichText, toTree } from "./rich_text";

/** Finds what people call the things that a text mentions; undefined where it isn't known. */
export interface Names {
  user(id: string): string | undefined;
  channel(id: string): string | undefined;
  usergroup(id: string): string | undefined;
}

/** Knows nobody. */
export const noNames: Names = { user: () => undefined, channel: () => undefined, usergroup: () => undefined };

/** What a message says, as a tree: its rich_text if it has some, else its text. */
export function messageTree(text: string | undefined, blocks: unknown): TextNode[] {
  const rich = Array.isArray(blocks) ? blocks.find((block) => block?.type === "rich_text") : undefined;
  return rich === undefined ? toTree(parseMrkdwn(text ?? "")) : readRichText(rich);
}

/** Trees of the last long texts: a list that scrolls draws its rows again and again. */
const trees = new Map<string, readonly TextNode[]>();
const maxTrees = 100;
const minLong = 1_000;

/** What a text without blocks says, as a tree. A long text is read once, and has one tree. */
export function treeOf(text: string): readonly TextNode[] {
  if (text.length < minLong) return toTree(parseMrkdwn(text));
  const tree = trees.get(text) ?? toTree(parseMrkdwn(text));
  trees.delete(text);
  trees.set(text, tree);
  for (const [oldest] of trees) {
    if (trees.size <= maxTrees) break;
    trees.delete(oldest);
  }
  return tree;
}

/** The words of a tree, one line for each of its lines. */
export function plainText(nodes: readonly TextNode[], names: Names = noNames): string {
  return nodes.map((node) => plainNode(node, names)).join("\n");
}

/** The first words of stored text, on one line. */
export function excerpt(text: string, names: Names = noNames, length = 160): string {
  const words = plainText(toTree(parseMrkdwn(text.slice(0, 4 * length))), names)
    .replace(/\s+/g, " ")
    .trim();
  return words.length > length ? `${words.slice(0, length - 1)}…` : words;
}

function plainNode(node: TextNode, names: Names): string {
  switch (node.type) {
    case "section":
      return plainInlines(node.children, names);
    case "quote":
      return plainText(node.children, names);
    case "preformatted":
      return node.text;
    case "list":
      return plainList(node, names);
  }
}

function plainList(node: ListNode, names: Names): string {
  return node.items
    .map((item, i) => {
      const mark = node.ordered ? `${node.offset + i + 1}.` : "•";
      const lines = [`${mark} ${plainInlines(item.children, names)}`, ...item.lists.map((l) => plainList(l, names))];
      return lines.join("\n");
    })
    .join("\n");
}

function plainInlines(inlines: readonly Inline[], names: Names): string {
  return inlines.map((inline) => plainInline(inline, names)).join("");
}

function plainInline(inline: Inline, names: Names): string {
  switch (inline.type) {
    case "user":
      return `@${names.user(inline.user_id) ?? inline.user_id}`;
    case "channel":
      return `#${names.channel(inline.channel_id) ?? inline.channel_id}`;
    case "usergroup":
      return `@${names.usergroup(inline.usergroup_id) ?? inline.usergroup_id}`;
    default:
      return inlineText(inline);
  }
}

const pictures =
  /\p{Extended_Pictographic}(?:\ufe0f|\p{Emoji_Modifier})?(?:\u200d\p{Extended_Pictographic}(?:\ufe0f|\p{Emoji_Modifier})?)*|\p{Regional_Indicator}{2}/gu;

/** How many emoji a text consists of if it holds nothing else, which are drawn large; else 0. */
export function emojiOnly(nodes: readonly TextNode[]): number {
  const [node] = nodes;
  if (nodes.length !== 1 || node?.type !== "section") return 0;
  let count = 0;
  for (const inline of node.children) {
    if (inline.type === "emoji") {
      count++;
      continue;
    }
    if (inline.type !== "text" || inline.text.replace(pictures, "").trim() !== "") return 0;
    count += inline.text.match(pictures)?.length ?? 0;
  }
  return count;
}
