// The line below a message that has a thread: who answers, how many, when last.

import { memo } from "react";
import { strings } from "../../i18n";
import { nameOf } from "../../state/users";
import type { Message } from "../../wire/objects";
import { useWorkspace } from "../hooks/app";
import { useComputed } from "../hooks/use_computed";
import { Avatar } from "../ui";
import styles from "./thread_summary.module.css";
import { useTimeFormat, when } from "./times";

export interface ThreadSummaryProps {
  readonly message: Message;
  readonly onOpen: () => void;
}

const maxFaces = 5;

export const ThreadSummary = memo(function ThreadSummary({ message, onOpen }: ThreadSummaryProps) {
  const w = useWorkspace();
  const time = useTimeFormat();
  const replies = message.reply_count ?? 0;
  const latest = message.latest_reply;
  return (
    <button type="button" className={styles.summary} onClick={onOpen}>
      <span className={styles.faces}>
        {message.reply_users?.slice(0, maxFaces).map((id) => (
          <Face key={id} user={id} />
        ))}
      </span>
      <span className={styles.count}>{strings.messages.replies(replies)}</span>
      <span className={styles.last}>
        {latest !== undefined && (
          <span className={styles.when}>{strings.messages.lastReply(when(latest, w.platform.clock.now(), time))}</span>
        )}
        <span className={styles.view}>{strings.messages.viewThread}</span>
      </span>
    </button>
  );
});

function Face({ user }: { readonly user: string }) {
  const w = useWorkspace();
  const image = useComputed(() => w.users.get(user).value?.profile.image_48, [w, user]);
  const name = useComputed(() => nameOf(w.users.get(user).value), [w, user]);
  return <Avatar src={image} name={name} size={24} />;
}
