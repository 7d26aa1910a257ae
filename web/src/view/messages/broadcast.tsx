// The line over a reply that was sent to the channel too.

import { strings } from "../../i18n";
import { excerpt } from "../../text/plain";
import type { Message } from "../../wire/objects";
import { useApp, useWorkspace } from "../hooks/app";
import { namesOf } from "./actions";
import type { ListState } from "./list_state";
import styles from "./row.module.css";

export function Broadcast({ message, state }: { readonly message: Message; readonly state: ListState }) {
  const app = useApp();
  const w = useWorkspace();
  if (state.inThread) return <div className={styles.context}>{strings.messages.alsoSent}</div>;
  const ts = message.thread_ts ?? message.ts;
  const open = () => app.navigate({ side: { type: "thread", channel: state.channel, ts, at: message.ts } });
  return (
    <div className={styles.context}>
      {strings.messages.repliedTo}{" "}
      <button type="button" className={styles.contextLink} onClick={open}>
        {excerpt(message.root?.text ?? "", namesOf(w), 80) || strings.messages.viewThread}
      </button>
    </div>
  );
}
