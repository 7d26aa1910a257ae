import { expect, test } from "vitest";
import { fromLocalInput, localInput, reminderAt } from "./reminder_times";
import { briefly, bytesOf, dayOf, endOfDay, moment, momentInside, timeOf } from "./when";

const now = new Date(2026, 2, 18, 14, 5); // a Wednesday
const habits = { locale: "en-US", hour12: true };

test("days are told as near as they are", () => {
  expect(dayOf(new Date(2026, 2, 18, 1), now, habits)).toBe("Today");
  expect(dayOf(new Date(2026, 2, 19, 1), now, habits)).toBe("Tomorrow");
  expect(dayOf(new Date(2026, 2, 2), now, habits)).toBe("Monday, March 2");
  expect(dayOf(new Date(2025, 2, 2), now, habits)).toBe("March 2, 2025");
});

test("as short as can be", () => {
  expect(briefly(new Date(2026, 2, 18, 9, 30), now, habits)).toMatch(/^9:30.AM$/);
  expect(briefly(new Date(2026, 2, 17, 9, 30), now, habits)).toBe("Yesterday");
  expect(briefly(new Date(2026, 2, 14), now, habits)).toBe("Saturday");
  expect(briefly(new Date(2026, 0, 4), now, habits)).toBe("Jan 4");
});

test("hours as the person reads them", () => {
  expect(timeOf(new Date(2026, 2, 18, 9, 5), { locale: "en-US", hour12: false })).toBe("09:05");
  expect(moment(new Date(2026, 2, 19, 9), now, habits)).toMatch(/^Tomorrow, 9:00.AM$/);
  expect(momentInside(new Date(2026, 2, 19, 9), now, habits)).toMatch(/^tomorrow, 9:00.AM$/);
});

test("the day ends at midnight", () => {
  expect(new Date(endOfDay(now) * 1000).getHours()).toBe(23);
});

test("sizes", () => {
  expect(bytesOf(0, "en")).toBe("0 byte");
  expect(bytesOf(1_234, "en")).toBe("1.2 kB");
  expect(bytesOf(26_000_000, "en")).toBe("26 MB");
});

test("reminders", () => {
  const at = (preset: Parameters<typeof reminderAt>[0]) => new Date(reminderAt(preset, now) * 1000);
  expect(at("hour").getHours()).toBe(15);
  expect([at("tomorrow").getDate(), at("tomorrow").getHours()]).toEqual([19, 9]);
  expect([at("monday").getDay(), at("monday").getDate()]).toEqual([1, 23]);
  expect(reminderAt("monday", new Date(2026, 2, 23, 8))).toBe(new Date(2026, 2, 30, 9).getTime() / 1000);
  expect(localInput(now)).toBe("2026-03-18T14:05");
  expect(fromLocalInput("2026-03-18T14:05")?.getTime()).toBe(now.getTime());
  expect(fromLocalInput("")).toBeUndefined();
});
