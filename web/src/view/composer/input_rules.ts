import { InputRule, inputRules, textblockTypeInputRule, wrappingInputRule } from "prosemirror-inputrules";
import type { Attrs, MarkType } from "prosemirror-model";
import type { EditorState, Plugin } from "prosemirror-state";
import { schema, webLink } from "./schema";

/** Markdown as it is typed, as Slack has it (*bold*) and as everybody else has (**bold**). Backspace undoes what it did. */

const { nodes, marks } = schema;

/** What an emoji's name stands for; undefined for what is none. */
export type EmojiNamed = (name: string) => { id: string; tone: number } | undefined;

/** Whom a name behind @ means, where that is beyond doubt. */
export type Mentioned = (name: string) => { kind: "user" | "usergroup" | "broadcast"; id: string } | undefined;

/** A whole name and a space mention as well as a choice from the list. */
function mentionRule(mentioned: Mentioned): InputRule {
  return new InputRule(
    /(^|[\s([{"'*_~-])@([\p{L}\p{N}._-]+)(\s)$/u,
    (state, match, start, end) => {
      const from = start + (match[1] ?? "").length;
      const found = inOpenCode(state, from) ? undefined : mentioned((match[2] ?? "").toLowerCase());
      if (!found) return null;
      const node = nodes[found.kind].create({ id: found.id }, null, state.doc.resolve(from).marks());
      return state.tr.replaceWith(from, end, node).insertText(match[3] ?? " ");
    },
    { inCodeMark: false },
  );
}

/**
 * Gives what stands between two signs a mark. The opening sign stands behind a
 * space or a sign of another kind, so that snake_case_names are left alone.
 */
function markRule(sign: string, type: MarkType): InputRule {
  const first = sign.charAt(0);
  const escaped = sign.replace(/[*]/g, "\\$&");
  const behind = "\\s([{\"'*_~".replace(first, "");
  const inner = `[^\\s${first}](?:[^${first}]*[^\\s${first}])?`;
  return new InputRule(
    new RegExp(`(^|[${behind}])${escaped}(${inner})${escaped}$`),
    (state, match, start, end) => {
      const from = start + (match[1] ?? "").length;
      // What is being typed is in the match, and not yet in the document.
      const closing = sign.length - (match[0].length - (end - start));
      if (closing < 0 || state.doc.rangeHasMark(from, end, marks.code)) return null;
      if (type !== marks.code && inOpenCode(state, from)) return null;
      const before = state.doc.resolve(from).marks();
      const to = end - closing;
      const tr = state.tr;
      if (closing > 0) tr.delete(to, end);
      tr.delete(from, from + sign.length);
      // What follows is as what stood before.
      return tr.addMark(from, to - sign.length, type.create()).setStoredMarks(before);
    },
    { inCodeMark: false },
  );
}

/** Whether a place lies in code whose end is yet to be typed: signs there are code. */
function inOpenCode(state: EditorState, at: number): boolean {
  const $at = state.doc.resolve(at);
  const text = $at.parent.textBetween(0, $at.parentOffset, undefined, "\ufffc");
  return text.split("`").length % 2 === 0;
}

/** Puts an emoji in place of :name: and of ASCII faces. */
function emojiRule(pattern: RegExp, named: (match: RegExpMatchArray) => Attrs | undefined): InputRule {
  return new InputRule(
    pattern,
    (state, match, start, end) => {
      const attrs = named(match);
      if (!attrs) return null;
      const from = start + (match[1] ?? "").length;
      if (inOpenCode(state, from)) return null;
      const tail = match[3] ?? "";
      const tr = state.tr.replaceWith(from, end, nodes.emoji.create(attrs, null, state.doc.resolve(from).marks()));
      return tail ? tr.insertText(tail) : tr;
    },
    { inCodeMark: false },
  );
}

const faces: Readonly<Record<string, string>> = {
  ":)": "slightly_smiling_face",
  ":-)": "slightly_smiling_face",
  ":(": "disappointed",
  ":-(": "disappointed",
  ":D": "smile",
  ":-D": "smile",
  ";)": "wink",
  ";-)": "wink",
  ":P": "stuck_out_tongue",
  ":p": "stuck_out_tongue",
  ":-P": "stuck_out_tongue",
  ":o": "open_mouth",
  ":O": "open_mouth",
  ":'(": "cry",
  "<3": "heart",
  "</3": "broken_heart",
};

/** [text](address) becomes a link. */
const linkRule = new InputRule(
  /\[([^[\]]+)\]\(([^()\s]+)\)$/,
  (state, match, start, end) => {
    const href = webLink(match[2] ?? "");
    if (!href) return null;
    const text = schema.text(match[1] ?? "", [...state.doc.resolve(start).marks(), marks.link.create({ href })]);
    return state.tr.replaceWith(start, end, text).removeStoredMark(marks.link);
  },
  { inCodeMark: false },
);

export function markdownRules(emojiNamed: EmojiNamed, mentioned: Mentioned, facesToo: () => boolean): Plugin {
  return inputRules({
    rules: [
      markRule("**", marks.bold),
      markRule("*", marks.bold),
      markRule("_", marks.italic),
      markRule("~~", marks.strike),
      markRule("~", marks.strike),
      markRule("`", marks.code),
      linkRule,
      mentionRule(mentioned),
      emojiRule(/(^|[^\w:]):([a-z0-9_+'.-]+(?:::skin-tone-[2-6])?):$/, (m) => emojiNamed(m[2] ?? "")),
      emojiRule(/(^|\s)(:-?[)(DPpoO]|;-?\)|:'\(|<\/?3)(\s)$/, (m) => {
        const name = facesToo() ? faces[m[2] ?? ""] : undefined;
        return name ? emojiNamed(name) : undefined;
      }),
      wrappingInputRule(/^\s*>\s$/, nodes.blockquote),
      wrappingInputRule(/^\s*[-*•]\s$/, nodes.bullet_list),
      wrappingInputRule(
        /^\s*(\d{1,4})[.)]\s$/,
        nodes.ordered_list,
        (match) => ({ order: Number(match[1]) }),
        (match, node) => node.childCount + Number(node.attrs.order) === Number(match[1]),
      ),
      textblockTypeInputRule(/^```$/, nodes.code_block),
    ],
  });
}
