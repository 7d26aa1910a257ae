import {
  chainCommands,
  createParagraphNear,
  deleteSelection,
  exitCode,
  joinBackward,
  joinForward,
  lift,
  liftEmptyBlock,
  newlineInCode,
  selectAll,
  selectNodeBackward,
  selectNodeForward,
  setBlockType,
  splitBlock,
  toggleMark,
  wrapIn,
} from "prosemirror-commands";
import { redo, undo } from "prosemirror-history";
import { undoInputRule } from "prosemirror-inputrules";
import { keymap } from "prosemirror-keymap";
import type { MarkType, NodeType } from "prosemirror-model";
import { liftListItem, sinkListItem, splitListItem, wrapInList } from "prosemirror-schema-list";
import { type Command, type EditorState, type Plugin, TextSelection } from "prosemirror-state";
import { schema } from "./schema";

/** What keys and the toolbar do to the text. */

const { nodes, marks } = schema;

export type MarkName = "bold" | "italic" | "strike" | "code";
export type BlockName = "blockquote" | "code_block" | "bullet_list" | "ordered_list";

/** The node of a type that the selection is in. */
export function inside(state: EditorState, type: NodeType): boolean {
  const { $from } = state.selection;
  for (let depth = $from.depth; depth > 0; depth--) if ($from.node(depth).type === type) return true;
  return false;
}

export function hasMark(state: EditorState, type: MarkType): boolean {
  const { from, $from, to, empty } = state.selection;
  if (empty) return Boolean(type.isInSet(state.storedMarks ?? $from.marks()));
  return state.doc.rangeHasMark(from, to, type);
}

export const toggle = (name: MarkName): Command => toggleMark(marks[name]);

/** Turns lines into a quote, code or a list, and back. */
export function toggleBlock(name: BlockName): Command {
  const type = nodes[name];
  switch (name) {
    case "blockquote":
      return (state, dispatch) => (inside(state, type) ? lift : wrapIn(type))(state, dispatch);
    case "code_block":
      return (state, dispatch) => setBlockType(inside(state, type) ? nodes.paragraph : type)(state, dispatch);
    case "bullet_list":
    case "ordered_list":
      return (state, dispatch, view) => {
        if (inside(state, type)) return liftListItem(nodes.list_item)(state, dispatch);
        if (inside(state, nodes.list_item)) return changeList(type)(state, dispatch, view);
        return wrapInList(type)(state, dispatch);
      };
  }
}

/** Makes the innermost list one of another type. */
function changeList(type: NodeType): Command {
  return (state, dispatch) => {
    const { $from } = state.selection;
    for (let depth = $from.depth; depth > 0; depth--) {
      const node = $from.node(depth);
      if (node.type !== nodes.bullet_list && node.type !== nodes.ordered_list) continue;
      dispatch?.(state.tr.setNodeMarkup($from.before(depth), type));
      return true;
    }
    return false;
  };
}

/** An empty last line of code, twice: out of the code. */
const leaveCode: Command = (state, dispatch) => {
  const { $from, empty } = state.selection;
  if (!empty || $from.parent.type !== nodes.code_block) return false;
  if ($from.parentOffset !== $from.parent.content.size || !$from.parent.textContent.endsWith("\n\n")) return false;
  if (!dispatch) return true;
  const after = $from.after();
  const tr = state.tr.insert(after, nodes.paragraph.create()).delete($from.pos - 2, $from.pos);
  dispatch(tr.setSelection(TextSelection.create(tr.doc, after - 1)).scrollIntoView());
  return true;
};

/** ``` and a line's end begin code. */
const beginCode: Command = (state, dispatch) => {
  const { $from, empty } = state.selection;
  if (!empty || $from.depth !== 1 || !/^```\w*$/.test($from.parent.textContent)) return false;
  dispatch?.(state.tr.delete($from.start(), $from.end()).setBlockType($from.start(), $from.start(), nodes.code_block));
  return true;
};

/** The next line, whatever the line is in; of an empty item or quoted line, out of that. */
export const newLine: Command = chainCommands(
  leaveCode,
  beginCode,
  newlineInCode,
  (state, dispatch) => {
    const { $from, empty } = state.selection;
    const leaves = empty && $from.parent.content.size === 0 && inside(state, nodes.list_item);
    return leaves ? liftListItem(nodes.list_item)(state, dispatch) : splitListItem(nodes.list_item)(state, dispatch);
  },
  createParagraphNear,
  liftEmptyBlock,
  splitBlock,
);

/** A line's end that stays in the item of a list. */
const lineBreak: Command = (state, dispatch) => {
  if (!inside(state, nodes.list_item)) return newLine(state, dispatch);
  dispatch?.(state.tr.replaceSelectionWith(nodes.hard_break.create()).scrollIntoView());
  return true;
};

/** Mentions and emoji go as a whole. */
const deleteAtom: Command = (state, dispatch) => {
  const { $from, empty } = state.selection;
  const before = empty ? $from.nodeBefore : null;
  if (!before?.isInline || before.isText) return false;
  dispatch?.(state.tr.delete($from.pos - before.nodeSize, $from.pos).scrollIntoView());
  return true;
};

/** At the start of a quote, code or list: its line becomes an ordinary one. */
const unwrapAtStart: Command = (state, dispatch) => {
  const { $from, empty } = state.selection;
  if (!empty || $from.parentOffset > 0) return false;
  if ($from.parent.type === nodes.code_block) return setBlockType(nodes.paragraph)(state, dispatch);
  if (inside(state, nodes.list_item)) return liftListItem(nodes.list_item)(state, dispatch);
  if (inside(state, nodes.blockquote) && $from.index($from.depth - 1) === 0) return lift(state, dispatch);
  return false;
};

const backspace = chainCommands(
  undoInputRule,
  deleteSelection,
  deleteAtom,
  unwrapAtStart,
  joinBackward,
  selectNodeBackward,
);
const forward = chainCommands(deleteSelection, joinForward, selectNodeForward);

/** What the keys ask of whoever holds the editor; true where something was done. */
export interface KeyActions {
  enterSends(): boolean;
  submit(): boolean;
  up(): boolean;
  escape(): boolean;
  link(): boolean;
}

export function editorKeys(actions: KeyActions): Plugin[] {
  const enter: Command = (state, dispatch, view) => {
    const code = state.selection.$from.parent.type === nodes.code_block || beginCode(state);
    return actions.enterSends() && !code ? actions.submit() : newLine(state, dispatch, view);
  };
  const up: Command = (state) => isEmpty(state) && actions.up();
  return [
    keymap({
      Enter: enter,
      "Shift-Enter": (state, dispatch, view) => (actions.enterSends() ? newLine : lineBreak)(state, dispatch, view),
      "Mod-Enter": () => actions.submit(),
      "Ctrl-Enter": () => actions.submit(),
      "Alt-Enter": chainCommands(exitCode, lineBreak),
      ArrowUp: up,
      Escape: () => actions.escape(),
      Backspace: backspace,
      "Mod-Backspace": backspace,
      "Shift-Backspace": backspace,
      Delete: forward,
      "Mod-Delete": forward,
      "Mod-a": selectAll,
      "Mod-z": undo,
      "Shift-Mod-z": redo,
      "Mod-y": redo,
      Tab: sinkListItem(nodes.list_item),
      "Shift-Tab": liftListItem(nodes.list_item),
    }),
    keymap({
      "Mod-b": toggle("bold"),
      "Mod-i": toggle("italic"),
      "Mod-Shift-x": toggle("strike"),
      "Mod-Shift-c": toggle("code"),
      "Mod-Alt-Shift-c": toggleBlock("code_block"),
      "Mod-Shift-7": toggleBlock("ordered_list"),
      "Mod-Shift-8": toggleBlock("bullet_list"),
      "Mod-Shift-9": toggleBlock("blockquote"),
      "Mod-Shift-u": () => actions.link(),
    }),
  ];
}

/** Nothing at all: not even an empty list. */
export function isEmpty(state: EditorState): boolean {
  const first = state.doc.firstChild;
  return state.doc.childCount === 1 && first?.type === nodes.paragraph && first.content.size === 0;
}
