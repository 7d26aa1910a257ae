import { useMemo } from "react";
import { strings } from "../../i18n";
import { nameOf } from "../../state/users";
import type { ChannelID, Ts } from "../../wire/objects";
import { useApp, useWorkspace } from "../hooks/app";
import { useComputed } from "../hooks/use_computed";
import { useLayout } from "../hooks/use_layout";
import { useValue } from "../hooks/use_value";
import styles from "./composer.module.css";
import type { MessageEditor } from "./message_editor";

export interface TypingLineProps {
  readonly channel: ChannelID;
  readonly thread?: Ts;
  readonly editor?: MessageEditor;
}

/** Who is writing just now, and how one begins a line. Its place is kept, so that nothing moves when somebody begins. */
export function TypingLine({ channel, thread, editor }: TypingLineProps) {
  const w = useWorkspace();
  const layout = useLayout();
  const words = useComputed(() => {
    const names = w.typing.in(channel, thread).value.map((id) => nameOf(w.users.get(id).value));
    return strings.composer.typing(names.filter(Boolean));
  }, [w, channel, thread]);
  return (
    <div className={styles.typing}>
      <span className={styles.who} aria-live="polite">
        {words}
      </span>
      {editor && layout !== "phone" && <Hint editor={editor} />}
    </div>
  );
}

/** Only while there is something that a key could send. */
function Hint({ editor }: { readonly editor: MessageEditor }) {
  const app = useApp();
  const w = useWorkspace();
  const blank = useValue(editor.blank);
  const enterSends = useValue(useMemo(() => w.prefs.get("taut_enter_sends", true), [w]));
  if (blank) return null;
  const keys = (chord: string) => app.commands.label(chord).join(app.mac ? "" : "+");
  return (
    <span className={styles.hint} aria-hidden>
      {enterSends ? strings.composer.hintBreak(keys("Shift+Enter")) : strings.composer.hintSend(keys("Mod+Enter"))}
    </span>
  );
}
