// Where to jump to in time.

import { useRef } from "react";
import { strings } from "../../i18n";
import type { MessageKey, Timeline } from "../../state/timeline";
import { noTs } from "../../state/unread";
import { isoDay } from "../../text/date";
import { useWorkspace } from "../hooks/app";
import { type Anchor, Menu, MenuItem, MenuSeparator } from "../ui";
import styles from "./date_menu.module.css";

export interface DateMenuProps {
  readonly anchor: Anchor;
  readonly timeline: Timeline;
  readonly onShow: (key: MessageKey) => void;
  readonly onLatest: () => void;
  readonly onClose: () => void;
}

const dayMs = 86_400_000;
export function DateMenu({ anchor, timeline, onShow, onLatest, onClose }: DateMenuProps) {
  const w = useWorkspace();
  const date = useRef<HTMLInputElement>(null);
  const now = w.platform.clock.now();
  const jump = async (ts: string) => {
    const key = await timeline.jumpTo(ts);
    if (key !== undefined) requestAnimationFrame(() => onShow(key));
  };
  const ago = (days: number) => tsOf(new Date(now).setHours(0, 0, 0, 0) - days * dayMs);
  const latest = async () => {
    await timeline.jumpToLatest();
    onLatest();
  };
  const pick = () => {
    const at = date.current?.valueAsDate;
    if (at) void jump(tsOf(new Date(at.getUTCFullYear(), at.getUTCMonth(), at.getUTCDate()).getTime()));
    onClose();
  };
  return (
    <Menu anchor={anchor} label={strings.messages.jumpToDate} onClose={onClose}>
      <MenuItem onSelect={() => void latest()}>{strings.messages.jumpMostRecent}</MenuItem>
      <MenuItem onSelect={() => void jump(ago(7))}>{strings.messages.jumpLastWeek}</MenuItem>
      <MenuItem onSelect={() => void jump(ago(30))}>{strings.messages.jumpLastMonth}</MenuItem>
      <MenuItem onSelect={() => void jump(noTs)}>{strings.messages.jumpBeginning}</MenuItem>
      <MenuSeparator />
      <form
        className={styles.form}
        onSubmit={(e) => {
          e.preventDefault();
          pick();
        }}
      >
        <input
          ref={date}
          type="date"
          required
          max={isoDay(new Date(now))}
          className={styles.date}
          aria-label={strings.messages.jumpToDate}
          onKeyDown={(e) => e.key !== "Escape" && e.key !== "Tab" && e.stopPropagation()}
        />
        <button type="submit" className={styles.go}>
          {strings.messages.jump}
        </button>
      </form>
    </Menu>
  );
}

function tsOf(ms: number): string {
  return `${String(Math.max(0, Math.floor(ms / 1000))).padStart(10, "0")}.000000`;
}
