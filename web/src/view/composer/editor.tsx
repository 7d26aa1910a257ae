import { type Ref, useEffect, useImperativeHandle, useLayoutEffect, useRef, useState } from "react";
import { recentEmoji } from "../../state/emoji_recent";
import type { DocNode } from "../../text/serialize";
import type { ChannelID, Ts } from "../../wire/objects";
import { openModal } from "../app/modals";
import { loadEmoji } from "../emoji/data";
import { useApp, useWorkspace } from "../hooks/app";
import { cx } from "../ui";
import { CompletionList } from "./completion_list";
import styles from "./editor.module.css";
import { type EditorActions, MessageEditor } from "./message_editor";
import { emojiNamed, mentioned, namesOf } from "./names";

export interface EditorHandle {
  /** Asks for the address of the link at the cursor. */
  editLink(): void;
}

export interface EditorProps {
  readonly label: string;
  readonly placeholder?: string;
  readonly initial?: DocNode;
  /** Where it is written: for who is offered behind @. */
  readonly channel?: ChannelID;
  readonly thread?: Ts;
  readonly slash?: boolean;
  /** Read with each use; they may change from one drawing to the next. */
  readonly actions: Omit<EditorActions, "link" | "enterSends" | "facesToo">;
  /** Called with the editor once it is there; what it returns, when it goes. */
  readonly onReady?: (editor: MessageEditor) => (() => void) | undefined;
  readonly handle?: Ref<EditorHandle>;
  readonly className?: string;
}

/** The text of a message to be, with what is offered while one types. It is made once and lives as long as it is shown. */
export function Editor(props: EditorProps) {
  const app = useApp();
  const w = useWorkspace();
  const place = useRef<HTMLDivElement>(null);
  const latest = useRef(props);
  latest.current = props;
  const [editor, setEditor] = useState<MessageEditor>();
  const opener = useRef<() => void>(() => {});
  opener.current = () => {
    if (editor) openModal(app, "editLink", { link: editor.linkAt(), onSave: (changed) => editor.setLink(changed) });
  };
  useImperativeHandle(props.handle, () => ({ editLink: () => opener.current() }), []);

  // The editor is not React's: its settings are those that it begins with.
  useLayoutEffect(() => {
    if (!place.current) return;
    const enterSends = w.prefs.get("taut_enter_sends", true);
    const faces = w.prefs.get("taut_convert_faces", true);
    const recent = recentEmoji(w);
    const { label, placeholder = "", initial, slash = false } = latest.current;
    const made = new MessageEditor(place.current, {
      label,
      placeholder,
      slash,
      doc: initial,
      names: namesOf(w),
      emojiNamed: (name) => emojiNamed(w, name, recent.tone.peek()),
      mentioned: (name) => mentioned(w, name),
      actions: {
        submit: () => latest.current.actions.submit(),
        up: () => latest.current.actions.up(),
        escape: () => latest.current.actions.escape(),
        files: (files) => latest.current.actions.files(files),
        changed: () => latest.current.actions.changed(),
        link: () => opener.current(),
        enterSends: () => enterSends.peek(),
        facesToo: () => faces.peek(),
      },
      classes: {
        editor: styles.editor ?? "",
        empty: styles.empty ?? "",
        mention: styles.mention ?? "",
        emoji: styles.emoji ?? "",
      },
    });
    setEditor(made);
    const undo = latest.current.onReady?.(made);
    return () => {
      undo?.();
      made.destroy();
      setEditor(undefined);
    };
  }, [w]);
  const { label, placeholder = "" } = props;
  useLayoutEffect(() => editor?.setWords(label, placeholder), [editor, label, placeholder]);
  useEffect(() => {
    if (editor) void loadEmoji().catch(() => {});
  }, [editor]);

  return (
    <>
      <div ref={place} className={cx(styles.place, props.className)} />
      {editor && <CompletionList editor={editor} channel={props.channel} thread={props.thread} />}
    </>
  );
}
