import { type RefObject, useEffect, useRef } from "react";
import { strings } from "../../i18n";
import type { Command } from "../../state/commands";
import { useApp } from "../hooks/app";
import type { MessageEditor } from "./message_editor";

export interface ComposerCommandActions {
  readonly attach: () => void;
  readonly toolbar: () => void;
}

/** The composer's keys that work outside of its text too, and the others for the sheet of shortcuts. */
export function useComposerCommands(
  box: RefObject<HTMLElement | null>,
  editor: MessageEditor | undefined,
  isThread: boolean,
  actions: ComposerCommandActions,
): void {
  const app = useApp();
  const latest = useRef(actions);
  latest.current = actions;
  useEffect(() => {
    if (!editor) return;
    const undo = app.commands.register(...commandsOf(editor, isThread, latest));
    const typeAnywhere = (e: KeyboardEvent) => {
      if (e.defaultPrevented || e.isComposing || e.ctrlKey || e.metaKey || e.altKey || e.key.length !== 1) return;
      if (e.key === " " || e.key === "?") return;
      const at = document.activeElement;
      if (at === document.body ? isThread : !isListOf(box.current, at)) return;
      // A dialog that is on its way has no focus yet.
      if (app.overlays.stack.peek().length > 0) return;
      // The letter goes where the focus is by the time that it arrives.
      editor.focus();
    };
    document.addEventListener("keydown", typeAnywhere);
    return () => {
      undo();
      document.removeEventListener("keydown", typeAnywhere);
    };
  }, [app, box, editor, isThread]);
}

/** Whether it is the list of messages over this composer: a click beside them leaves the focus there. */
function isListOf(box: HTMLElement | null, at: Element | null): boolean {
  return at?.matches("[role=log]") === true && box?.parentElement?.contains(at) === true;
}

function commandsOf(
  editor: MessageEditor,
  isThread: boolean,
  actions: { readonly current: ComposerCommandActions },
): Command[] {
  const t = strings.composer;
  const id = isThread ? "composer.thread" : "composer";
  const here = () => !isThread || editor.focused;
  const style = (name: string, title: string, keys: string, run: () => void): Command => ({
    id: `${id}.${name}`,
    title,
    group: "composer",
    keys,
    unlisted: true,
    whileTyping: true,
    when: () => editor.focused,
    run,
  });
  return [
    {
      id: `${id}.attach`,
      title: t.attach,
      group: "composer",
      keys: "Mod+U",
      whileTyping: true,
      when: here,
      run: () => actions.current.attach(),
    },
    {
      id: `${id}.toolbar`,
      title: t.formatting,
      group: "composer",
      keys: "Mod+Shift+F",
      whileTyping: true,
      when: here,
      run: () => actions.current.toolbar(),
    },
    style("bold", t.bold, "Mod+B", () => editor.toggle("bold")),
    style("italic", t.italic, "Mod+I", () => editor.toggle("italic")),
    style("strike", t.strike, "Mod+Shift+X", () => editor.toggle("strike")),
    style("code", t.code, "Mod+Shift+C", () => editor.toggle("code")),
    style("codeBlock", t.codeBlock, "Mod+Alt+Shift+C", () => editor.toggleBlock("code_block")),
    style("orderedList", t.orderedList, "Mod+Shift+7", () => editor.toggleBlock("ordered_list")),
    style("bulletList", t.bulletList, "Mod+Shift+8", () => editor.toggleBlock("bullet_list")),
    style("quote", t.quote, "Mod+Shift+9", () => editor.toggleBlock("blockquote")),
  ];
}
