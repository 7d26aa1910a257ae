// At the lower edge, while the list is not at its end: back to the latest.

import { ArrowDown } from "lucide-react";
import { strings } from "../../i18n";
import { useValue } from "../hooks/use_value";
import { cx, useHeir } from "../ui";
import styles from "./bars.module.css";
import { listUnder } from "./keyboard";
import type { ListState } from "./list_state";
import type { ScrollPlace } from "./scroll";

export interface JumpButtonProps {
  readonly state: ListState;
  readonly place: ScrollPlace | undefined;
  readonly onJump: () => void;
}

/** The list is far enough from its end that a person may be lost, in heights of the window. */
const far = 0.5;

export function JumpButton({ state, place, onJump }: JumpButtonProps) {
  const atEnd = useValue(state.timeline.atEnd);
  const count = useValue(state.newCount);
  const fresh = useValue(state.firstNew);
  const keys = useValue(state.timeline.messages);
  const heir = useHeir(listUnder);
  if (place === undefined || (atEnd && (place.atEnd || place.below < far))) return null;
  const below = fresh !== undefined && keys.indexOf(fresh) > place.last;
  return (
    <button ref={heir} type="button" className={cx(styles.latest, below && styles.news)} onClick={onJump}>
      <ArrowDown size={14} aria-hidden />
      {below ? strings.messages.latestNew(count.n, count.more) : strings.messages.latest}
    </button>
  );
}
