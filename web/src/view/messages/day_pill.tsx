// The day of the first message that is seen, at the upper edge. The next day's
// divider pushes it out.

import { ChevronDown } from "lucide-react";
import { lazy, Suspense } from "react";
import { strings } from "../../i18n";
import type { MessageKey, Timeline } from "../../state/timeline";
import { useWorkspace } from "../hooks/app";
import { useAnchor } from "../ui";
import { sameDay } from "./author";
import styles from "./day_pill.module.css";
import { isTs } from "./list_state";
import { edge, type ScrollControl, type ScrollPlace } from "./scroll";
import { dayName } from "./times";

const DateMenu = lazy(() => import("./date_menu").then((m) => ({ default: m.DateMenu })));

export interface DayPillProps {
  readonly timeline: Timeline;
  readonly keys: readonly MessageKey[];
  readonly place: ScrollPlace | undefined;
  readonly control: ScrollControl;
}

export function DayPill({ timeline, keys, place, control }: DayPillProps) {
  const w = useWorkspace();
  const menu = useAnchor();
  const key = place === undefined ? undefined : keys[place.first];
  const next = place === undefined ? undefined : keys[place.first + 1];
  if (timeline.thread !== undefined || key === undefined || !isTs(key) || place === undefined || place.above === 0)
    return null;
  // The divider of the next day comes from below and pushes this one out.
  const pushed = next !== undefined && isTs(next) && !sameDay(key, next) ? edge - place.next : 0;
  return (
    <div className={styles.edge} style={{ transform: `translateY(${-pushed}px)` }}>
      <button
        type="button"
        className={styles.pill}
        aria-label={strings.messages.jumpToDate}
        aria-haspopup="menu"
        onClick={(e) => menu.toggle(e.currentTarget)}
      >
        {dayName(key, w.platform.clock.now())}
        <ChevronDown size={12} aria-hidden />
      </button>
      {menu.anchor && (
        <Suspense fallback={null}>
          <DateMenu
            anchor={menu.anchor}
            timeline={timeline}
            onShow={(target) => control.to(target, "start")}
            onLatest={() => control.toEnd()}
            onClose={menu.close}
          />
        </Suspense>
      )}
    </div>
  );
}
