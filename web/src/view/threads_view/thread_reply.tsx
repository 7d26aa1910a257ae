import { lazy, Suspense, useState } from "react";
import { catchUp } from "../../i18n/catch_up";
import styles from "./threads_page.module.css";

const Composer = lazy(() => import("../composer/composer").then((m) => ({ default: m.Composer })));

/** Where one answers a thread. The composer comes when it is wanted: there is one for each thread. */
export function ThreadReply({
  channel,
  ts,
  onSent,
}: {
  readonly channel: string;
  readonly ts: string;
  readonly onSent: () => void;
}) {
  const [writing, setWriting] = useState(false);
  if (!writing) {
    return (
      <button type="button" className={styles.replyButton} onClick={() => setWriting(true)}>
        {catchUp.threads.replyHere}
      </button>
    );
  }
  return (
    <Suspense fallback={<div className={styles.replyButton} />}>
      <div className={styles.writing}>
        <Composer channel={channel} thread={ts} autoFocus onSent={onSent} />
      </div>
    </Suspense>
  );
}
