// A message's time: short where it stands, whole when asked.

import { memo, useMemo } from "react";
import { strings } from "../../i18n";
import { useApp, useWorkspace } from "../hooks/app";
import { useValue } from "../hooks/use_value";
import { Tooltip } from "../ui";
import { msOf } from "./author";

/** Formats are dear to make and the same for every row. */
const format12 = new Intl.DateTimeFormat(undefined, { hour: "numeric", minute: "2-digit", hour12: true });
const format24 = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit", hour12: false });

/** How the person writes times of day. */
export function useTimeFormat(): Intl.DateTimeFormat {
  const w = useWorkspace();
  const time24 = useValue(useMemo(() => w.prefs.get("time24", false), [w]));
  return time24 ? format24 : format12;
}

const whole = new Intl.DateTimeFormat(undefined, { dateStyle: "full", timeStyle: "medium" });

export interface TimeProps {
  readonly ts: string;
  readonly channel: string;
  readonly className?: string;
  /** Without AM or PM, where there is room for little. */
  readonly short?: boolean;
}

/** The time, as a link to the message. */
export const MessageTime = memo(function MessageTime({ ts, channel, className, short }: TimeProps) {
  const app = useApp();
  const format = useTimeFormat();
  const at = new Date(msOf(ts));
  const to = { main: { type: "channel" as const, channel, at: ts } };
  return (
    <Tooltip text={whole.format(at)}>
      <a
        href={app.href(to)}
        tabIndex={-1}
        className={className}
        onClick={(e) => {
          if (e.metaKey || e.ctrlKey || e.shiftKey) return;
          e.preventDefault();
          app.navigate(to);
        }}
      >
        <time dateTime={at.toISOString()}>{short ? bare(format, at) : format.format(at)}</time>
      </a>
    </Tooltip>
  );
});

function bare(format: Intl.DateTimeFormat, at: Date): string {
  const parts = format.formatToParts(at).filter((part) => part.type !== "dayPeriod");
  return parts
    .map((part) => part.value)
    .join("")
    .trim();
}

/** A day as the divider names it: "Today", "Yesterday", "Monday, March 2". */
export function dayName(ts: string, now: number): string {
  const at = new Date(msOf(ts));
  const today = new Date(now);
  const midnight = (d: Date) => Date.UTC(d.getFullYear(), d.getMonth(), d.getDate());
  const days = Math.round((midnight(today) - midnight(at)) / 86_400_000);
  if (days === 0) return strings.messages.today;
  if (days === 1) return strings.messages.yesterday;
  const year = at.getFullYear() === today.getFullYear() ? undefined : "numeric";
  return new Intl.DateTimeFormat(undefined, { weekday: "long", month: "long", day: "numeric", year }).format(at);
}

/** "today at 3:04 PM", "March 2 at 3:04 PM": within a sentence. */
export function when(ts: string, now: number, time: Intl.DateTimeFormat): string {
  const at = new Date(msOf(ts));
  const days = Math.round((new Date(now).setHours(0, 0, 0, 0) - new Date(at).setHours(0, 0, 0, 0)) / 86_400_000);
  const day =
    days === 0 || days === 1
      ? new Intl.RelativeTimeFormat(undefined, { numeric: "auto" }).format(-days, "day")
      : new Intl.DateTimeFormat(undefined, { month: "short", day: "numeric" }).format(at);
  return `${day}, ${time.format(at)}`;
}
