import { highlighted } from "../../state/search_marks";
import type { TextNode } from "../../text/nodes";
import { messageTree } from "../../text/plain";

/** A text that was found, with the words that were looked for highlighted. */
export function markedTree(text: string, blocks?: unknown): readonly TextNode[] {
  return highlighted(messageTree(text, blocks));
}
