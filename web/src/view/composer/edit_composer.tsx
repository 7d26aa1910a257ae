import { useRef, useState } from "react";
import { strings } from "../../i18n";
import type { Block, ChannelID, Ts } from "../../wire/objects";
import { Button } from "../ui";
import styles from "./composer.module.css";
import { type Content, contentOf, docFor } from "./composer_model";
import { Editor, type EditorHandle } from "./editor";
import type { MessageEditor } from "./message_editor";
import { Toolbar } from "./toolbar";

export interface EditComposerProps {
  readonly channel: ChannelID;
  readonly thread?: Ts;
  /** The message as it is. */
  readonly text: string;
  readonly blocks?: readonly Block[];
  /** Is given what it shall be; empty where all of it was deleted. */
  readonly onSave: (content: Content) => void;
  readonly onCancel: () => void;
}

/** A message in place, to be changed: Enter saves, Esc leaves it as it was. */
export function EditComposer({ channel, thread, text, blocks, onSave, onCancel }: EditComposerProps) {
  const [editor, setEditor] = useState<MessageEditor>();
  const handle = useRef<EditorHandle>(null);
  const save = () => {
    if (editor) onSave(contentOf(editor.doc));
    return true;
  };
  return (
    <div className={styles.box}>
      {editor && <Toolbar editor={editor} onLink={() => handle.current?.editLink()} />}
      <Editor
        handle={handle}
        label={strings.composer.editLabel}
        initial={docFor({ text, blocks })}
        channel={channel}
        thread={thread}
        actions={{
          submit: save,
          up: () => false,
          escape: () => {
            onCancel();
            return true;
          },
          files: () => false,
          changed: () => {},
        }}
        onReady={(made) => {
          setEditor(made);
          made.focus(true);
          return () => setEditor(undefined);
        }}
      />
      <div className={styles.editing}>
        <Button size="sm" onClick={onCancel}>
          {strings.composer.cancelEdit}
        </Button>
        <Button size="sm" tone="primary" onClick={save}>
          {strings.composer.saveEdit}
        </Button>
      </div>
    </div>
  );
}
