// The lines between messages: days, and where what is new begins.

import { strings } from "../../i18n";
import { useWorkspace } from "../hooks/app";
import styles from "./dividers.module.css";
import { dayName } from "./times";

export function DayDivider({ ts }: { readonly ts: string }) {
  const w = useWorkspace();
  return (
    <h3 className={styles.day} data-day={ts}>
      <span className={styles.dayName}>{dayName(ts, w.platform.clock.now())}</span>
    </h3>
  );
}

export function NewDivider({ onRead }: { readonly onRead: () => void }) {
  return (
    <div className={styles.fresh} data-new-line>
      <button type="button" className={styles.read} onClick={onRead} tabIndex={-1}>
        {strings.messages.markRead}
      </button>
      <h3 className={styles.freshName}>{strings.messages.newLine}</h3>
    </div>
  );
}

/** How many replies follow the first message of a thread. */
export function RepliesDivider({ count }: { readonly count: number }) {
  return (
    <div className={styles.replies}>
      <span>{strings.messages.replies(count)}</span>
    </div>
  );
}
