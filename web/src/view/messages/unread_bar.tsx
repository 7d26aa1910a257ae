// At the upper edge: what is new lies above, how much, and since when.

import { ArrowUp, X } from "lucide-react";
import { strings } from "../../i18n";
import type { MessageKey } from "../../state/timeline";
import { useWorkspace } from "../hooks/app";
import { useValue } from "../hooks/use_value";
import { useHeir } from "../ui";
import styles from "./bars.module.css";
import { listUnder } from "./keyboard";
import type { ListState } from "./list_state";
import type { ScrollPlace } from "./scroll";
import { useTimeFormat, when } from "./times";

export interface UnreadBarProps {
  readonly state: ListState;
  readonly keys: readonly MessageKey[];
  readonly place: ScrollPlace | undefined;
  readonly onJump: () => void;
}

export function UnreadBar({ state, keys, place, onJump }: UnreadBarProps) {
  const w = useWorkspace();
  const time = useTimeFormat();
  const fresh = useValue(state.firstNew);
  const count = useValue(state.newCount);
  const isAbove = useValue(state.newAbove);
  const index = fresh === undefined ? -1 : keys.indexOf(fresh);
  const heir = useHeir(listUnder);
  if (place === undefined || (!isAbove && (index < 0 || index >= place.first))) return null;
  const since = fresh === undefined ? undefined : when(fresh, w.platform.clock.now(), time);
  return (
    <div ref={heir} className={styles.unread}>
      <button type="button" className={styles.jump} onClick={onJump}>
        <ArrowUp size={14} aria-hidden />
        {strings.messages.newAbove(count.n, count.more, since)}
      </button>
      <button
        type="button"
        className={styles.close}
        aria-label={strings.messages.markRead}
        onClick={() => state.markRead()}
      >
        <X size={14} aria-hidden />
      </button>
    </div>
  );
}
