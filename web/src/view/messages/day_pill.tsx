// The day of the first message that is seen, at the upper edge. The next day's
// divider pushes it out.

import { ChevronDown } from "lucide-react";
import { lazy, Suspense } from "react";
import { strings } from "../../i18n";
import type { MessageKey, Timeline } from "../../state/timeline";
import { useWorkspace } from "../hooks/app";
import { useAnchor, VisuallyHidden } from "../ui";
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
  if (timeline.thread !== undefined || place === undefined || place.named || key === undefined || !isTs(key))
    return null;
  return (
    <div className={styles.edge} style={{ height: edge }}>
      <button
        type="button"
        className={styles.pill}
        style={{ transform: `translateY(${-place.pushed}px)` }}
        aria-haspopup="menu"
        onClick={(e) => menu.toggle(e.currentTarget)}
      >
        {dayName(key, w.platform.clock.now())}
        <VisuallyHidden>{strings.messages.jumpToDate}</VisuallyHidden>
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
