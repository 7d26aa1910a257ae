/** What a profile shows besides the facts themselves: what time it is there, and whether a status still stands. */
import type { User } from "../wire/objects";

export interface LocalTime {
  readonly time: string;
  /** How many hours they are ahead of who looks; negative: behind. */
  readonly ahead: number;
  /** It is night there: not the time to expect an answer. */
  readonly night: boolean;
}

/** localTime of somebody; undefined where their zone is not known. */
export function localTime(
  user: User,
  now: Date,
  locale: string | undefined,
  hour12: boolean | undefined,
): LocalTime | undefined {
  const zone = user.tz;
  if (zone === undefined || zone === "") return undefined;
  try {
    const time = new Intl.DateTimeFormat(locale, {
      hour: hour12 === false ? "2-digit" : "numeric",
      minute: "2-digit",
      timeZone: zone,
      hour12,
    }).format(now);
    const hour = Number(
      new Intl.DateTimeFormat("en", { hour: "numeric", hourCycle: "h23", timeZone: zone }).format(now),
    );
    return { time, ahead: (offsetMinutes(zone, now) + now.getTimezoneOffset()) / 60, night: hour < 7 || hour >= 22 };
  } catch {
    return undefined; // a zone that this browser doesn't know
  }
}

/** offsetMinutes is how far a zone is east of Greenwich at a moment. */
function offsetMinutes(zone: string, now: Date): number {
  const parts = new Intl.DateTimeFormat("en", { timeZone: zone, timeZoneName: "longOffset" }).formatToParts(now);
  const name = parts.find((part) => part.type === "timeZoneName")?.value ?? "GMT";
  const match = /GMT([+-])(\d\d):(\d\d)/.exec(name);
  if (match === null) return 0;
  const minutes = Number(match[2]) * 60 + Number(match[3]);
  return match[1] === "-" ? -minutes : minutes;
}

export interface Status {
  readonly emoji: string;
  readonly text: string;
  /** Seconds; 0: it stays. */
  readonly until: number;
}

/** statusOf is the custom status that holds now. */
export function statusOf(user: User, nowMs: number): Status | undefined {
  const { status_emoji = "", status_text = "", status_expiration: until = 0 } = user.profile;
  if (status_emoji === "" && status_text === "") return undefined;
  if (until > 0 && until * 1000 <= nowMs) return undefined;
  return { emoji: status_emoji.replace(/^:|:$/g, ""), text: status_text, until };
}
