import { effect, type ReadonlySignal } from "@preact/signals-core";
import type { Node } from "prosemirror-model";
import type { NodeViewConstructor } from "prosemirror-view";

/** How mentions and emoji look inside the editor; names that change or come late are drawn as they come. */
export interface Names {
  user(id: string): ReadonlySignal<string>;
  usergroup(id: string): ReadonlySignal<string>;
  channel(id: string): ReadonlySignal<string>;
  emoji(name: string, tone: number): ReadonlySignal<EmojiLook>;
}

export interface EmojiLook {
  readonly glyph?: string;
  readonly url?: string;
}

function label(className: string, text: () => string): NodeViewConstructor {
  return () => {
    const dom = document.createElement("span");
    dom.className = className;
    dom.contentEditable = "false";
    const undo = effect(() => {
      dom.textContent = text();
    });
    return { dom, destroy: undo, ignoreMutation: () => true };
  };
}

const idOf = (node: Node) => String(node.attrs.id);

export function nodeViews(
  names: Names,
  classes: { mention: string; emoji: string },
): Record<string, NodeViewConstructor> {
  const named =
    (sign: string, name: (id: string) => ReadonlySignal<string>): NodeViewConstructor =>
    (node, ...rest) => {
      const text = name(idOf(node));
      return label(classes.mention, () => sign + (text.value || idOf(node)))(node, ...rest);
    };
  return {
    user: named("@", (id) => names.user(id)),
    usergroup: named("@", (id) => names.usergroup(id)),
    channel: named("#", (id) => names.channel(id)),
    broadcast: (node, ...rest) => label(classes.mention, () => `@${idOf(node)}`)(node, ...rest),
    emoji: (node) => emojiView(node, names, classes.emoji),
  };
}

function emojiView(node: Node, names: Names, className: string): ReturnType<NodeViewConstructor> {
  const dom = document.createElement("span");
  const name = `:${idOf(node)}:`;
  dom.className = className;
  dom.contentEditable = "false";
  dom.setAttribute("role", "img");
  dom.setAttribute("aria-label", name);
  dom.title = name;
  const look = names.emoji(idOf(node), Number(node.attrs.tone));
  const undo = effect(() => {
    const { url, glyph } = look.value;
    if (!url) {
      dom.textContent = glyph ?? name;
      return;
    }
    const img = document.createElement("img");
    img.src = url;
    img.alt = name;
    img.draggable = false;
    dom.replaceChildren(img);
  });
  return { dom, destroy: undo, ignoreMutation: () => true };
}
