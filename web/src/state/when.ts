/** Times and days in words, for lists of things that happened. Pure: the moment and the person's habits are given. */
import { daysBetween, nearDay } from "../text/date";

export interface Habits {
  /** undefined: as the language has it. */
  readonly hour12?: boolean;
  readonly locale?: string;
}

export function dateOfTs(ts: string): Date {
  return new Date(Number(ts.split(".")[0] ?? "0") * 1000);
}

export function dateOfSeconds(seconds: number): Date {
  return new Date(seconds * 1000);
}

/** "9:05 AM" or "09:05". */
export function timeOf(at: Date, { hour12, locale }: Habits): string {
  const hour = hour12 === false ? "2-digit" : "numeric";
  return new Intl.DateTimeFormat(locale, { hour, minute: "2-digit", hour12 }).format(at);
}

/** "Today", "Yesterday", "Monday, 3 March", with the year where it is another one. */
export function dayOf(at: Date, now: Date, { locale }: Habits): string {
  const near = nearDay(at, now, locale);
  if (near !== undefined) return capital(near, locale);
  const year = at.getFullYear() === now.getFullYear() ? undefined : "numeric";
  return new Intl.DateTimeFormat(locale, {
    weekday: year === undefined ? "long" : undefined,
    day: "numeric",
    month: "long",
    year,
  }).format(at);
}

/** As short as it can be said: the time of today, a day of this week, a date. */
export function briefly(at: Date, now: Date, habits: Habits): string {
  const days = daysBetween(at, now);
  if (days === 0) return timeOf(at, habits);
  const { locale } = habits;
  const near = nearDay(at, now, locale);
  if (near !== undefined) return capital(near, locale);
  if (days > 0 && days < 7) return new Intl.DateTimeFormat(locale, { weekday: "long" }).format(at);
  const year = at.getFullYear() === now.getFullYear() ? undefined : "numeric";
  return new Intl.DateTimeFormat(locale, { day: "numeric", month: "short", year }).format(at);
}

/** A day and a time: "Tomorrow, 9:00 AM". */
export function moment(at: Date, now: Date, habits: Habits): string {
  return `${dayOf(at, now, habits)}, ${timeOf(at, habits)}`;
}

/** The same within a sentence: "tomorrow, 9:00 AM". */
export function momentInside(at: Date, now: Date, habits: Habits): string {
  return `${nearDay(at, now, habits.locale) ?? dayOf(at, now, habits)}, ${timeOf(at, habits)}`;
}

export function dateOnly(at: Date, { locale }: Habits): string {
  return new Intl.DateTimeFormat(locale, { day: "numeric", month: "short", year: "numeric" }).format(at);
}

function capital(text: string, locale: string | undefined): string {
  const [first = "", ...rest] = text;
  return first.toLocaleUpperCase(locale) + rest.join("");
}

/** endOfDay is the last second of a moment's day, by this device's clock. */
export function endOfDay(now: Date): number {
  return Math.floor(new Date(now.getFullYear(), now.getMonth(), now.getDate() + 1).getTime() / 1000) - 1;
}

const units = ["byte", "kilobyte", "megabyte", "gigabyte", "terabyte"] as const;

/** "3.4 MB". */
export function bytesOf(bytes: number, locale?: string): string {
  let size = bytes;
  let unit = 0;
  while (size >= 1000 && unit < units.length - 1) {
    size /= 1000;
    unit++;
  }
  const digits = size < 10 && unit > 0 ? 1 : 0;
  return new Intl.NumberFormat(locale, {
    style: "unit",
    unit: units[unit],
    unitDisplay: "short",
    maximumFractionDigits: digits,
  }).format(size);
}
