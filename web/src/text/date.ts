// Slack's <!date^…>: a moment in words, in the reader's time zone and language.

const dayMs = 86_400_000;

/** Fills in a format such as "{date_short_pretty} at {time}". */
export function formatDate(timestamp: number, format: string, now: Date, locale?: string): string {
  const at = new Date(timestamp * 1000);
  if (Number.isNaN(at.getTime())) return format;
  return format.replace(/\{(\w+)\}/g, (whole, token: string) => dateToken(token, at, now, locale) ?? whole);
}

function dateToken(token: string, at: Date, now: Date, locale?: string): string | undefined {
  const write = (options: Intl.DateTimeFormatOptions) => new Intl.DateTimeFormat(locale, options).format(at);
  switch (token) {
    case "date_num":
      return isoDay(at);
    case "date_slash":
      return write({ day: "2-digit", month: "2-digit", year: "numeric" });
    case "date":
      return write({ day: "numeric", month: "long", year: "numeric" });
    case "date_short":
      return write({ day: "numeric", month: "short", year: "numeric" });
    case "date_long":
      return write({ weekday: "long", day: "numeric", month: "long", year: "numeric" });
    case "date_long_full":
      return write({ weekday: "long", day: "numeric", month: "long", year: "numeric" });
    case "date_pretty":
      return nearDay(at, now, locale) ?? write({ day: "numeric", month: "long", year: "numeric" });
    case "date_short_pretty":
      return nearDay(at, now, locale) ?? write({ day: "numeric", month: "short", year: "numeric" });
    case "date_long_pretty":
    case "day_divider_pretty":
      return nearDay(at, now, locale) ?? write({ weekday: "long", day: "numeric", month: "long" });
    case "time":
      return write({ hour: "numeric", minute: "2-digit" });
    case "time_secs":
      return write({ hour: "numeric", minute: "2-digit", second: "2-digit" });
    case "ago":
      return ago(at, now, locale);
  }
  return undefined;
}

/** "2026-07-25", in local time. */
export function isoDay(at: Date): string {
  const two = (n: number) => String(n).padStart(2, "0");
  return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
}

/** How many midnights lie between the two, in local time. */
export function daysBetween(from: Date, to: Date): number {
  const midnight = (d: Date) => Date.UTC(d.getFullYear(), d.getMonth(), d.getDate());
  return Math.round((midnight(to) - midnight(from)) / dayMs);
}

/** "yesterday", "today" or "tomorrow", in the reader's language. */
export function nearDay(at: Date, now: Date, locale?: string): string | undefined {
  const days = daysBetween(now, at);
  if (Math.abs(days) > 1) return undefined;
  return new Intl.RelativeTimeFormat(locale, { numeric: "auto" }).format(days, "day");
}

const steps: readonly (readonly [Intl.RelativeTimeFormatUnit, number])[] = [
  ["year", 365 * dayMs],
  ["month", 30 * dayMs],
  ["day", dayMs],
  ["hour", 3_600_000],
  ["minute", 60_000],
];

/** "3 hours ago", in the reader's language. */
export function ago(at: Date, now: Date, locale?: string): string {
  const words = new Intl.RelativeTimeFormat(locale, { numeric: "auto" });
  const ms = at.getTime() - now.getTime();
  for (const [unit, size] of steps) {
    if (Math.abs(ms) >= size) return words.format(Math.trunc(ms / size), unit);
  }
  return words.format(Math.trunc(ms / 1000), "second");
}
