/** The server puts U+E000 and U+E001 around the words that were looked for. */
import type { Inline, ListNode, TextNode } from "../text/nodes";

export const markBegin = "\uE000";
export const markEnd = "\uE001";

export interface Marked {
  readonly text: string;
  readonly mark: boolean;
}

/** splitMarks cuts a text at its marks. A mark that is never closed reaches to the end. */
export function splitMarks(text: string): readonly Marked[] {
  const runs: Marked[] = [];
  let mark = false;
  for (const piece of text.split(/([\uE000\uE001])/)) {
    if (piece === markBegin) mark = true;
    else if (piece === markEnd) mark = false;
    else if (piece !== "") runs.push({ text: piece, mark });
  }
  return runs;
}

export function withoutMarks(text: string): string {
  return text.replace(/[\uE000\uE001]/g, "");
}

/** highlighted gives the marked words of a text the style of a highlight, and takes the marks out of all else. */
export function highlighted(nodes: readonly TextNode[]): readonly TextNode[] {
  return nodes.map(highlightNode);
}

function highlightNode(node: TextNode): TextNode {
  switch (node.type) {
    case "section":
      return { ...node, children: highlightInlines(node.children) };
    case "quote":
      return { ...node, children: highlighted(node.children) };
    case "preformatted":
      return { ...node, text: withoutMarks(node.text), children: highlightInlines(node.children) };
    case "list":
      return highlightList(node);
  }
}

function highlightList(list: ListNode): ListNode {
  const items = list.items.map((item) => ({
    children: highlightInlines(item.children),
    lists: item.lists.map(highlightList),
  }));
  return { ...list, items };
}

function highlightInlines(inlines: readonly Inline[]): readonly Inline[] {
  return inlines.flatMap((inline): readonly Inline[] => {
    if (inline.type === "link")
      return [{ ...inline, url: withoutMarks(inline.url), text: inline.text && withoutMarks(inline.text) }];
    if (inline.type !== "text") return [inline];
    return splitMarks(inline.text).map(({ text, mark }) =>
      mark ? { ...inline, text, style: { ...inline.style, highlight: true } } : { ...inline, text },
    );
  });
}
