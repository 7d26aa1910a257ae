import { expect, test } from "vitest";
import { endOf, minutesUntilNine } from "./status";

const wednesday = new Date(2026, 10, 18, 15, 30);
const sunday = new Date(2026, 10, 22, 23, 59);
const seconds = (...at: [number, number, number]) => new Date(...at).getTime() / 1000;

test("a status ends when it was said to", () => {
  expect(endOf("never", wednesday)).toBe(0);
  expect(endOf("in30", wednesday)).toBe(wednesday.getTime() / 1000 + 1800);
  expect(endOf("today", wednesday)).toBe(seconds(2026, 10, 19) - 1);
  expect(endOf("week", wednesday)).toBe(seconds(2026, 10, 23) - 1);
  expect(endOf("week", sunday)).toBe(seconds(2026, 10, 23) - 1);
});

test("a pause ends at nine", () => {
  expect(minutesUntilNine("tomorrow", wednesday)).toBe(17.5 * 60);
  expect(minutesUntilNine("monday", wednesday)).toBe((4 * 24 + 17.5) * 60);
  expect(minutesUntilNine("monday", sunday)).toBe(9 * 60 + 1);
});
