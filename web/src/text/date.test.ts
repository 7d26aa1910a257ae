import { describe, expect, it } from "vitest";
import { ago, daysBetween, formatDate } from "./date";

const at = (s: string) => new Date(s).getTime() / 1000;
const now = new Date("2026-03-10T12:00:00");

describe("formatDate", () => {
  it.each([
    ["{date}", "2026-03-01T09:05:06", "March 1, 2026"],
    ["{date_num} {time_secs}", "2026-03-01T09:05:06", "2026-03-01 9:05:06 AM"],
    ["{date_short} at {time}", "2026-03-01T09:05:06", "Mar 1, 2026 at 9:05 AM"],
    ["{date_long}", "2026-03-01T09:05:06", "Sunday, March 1, 2026"],
    ["{date_pretty}", "2026-03-10T01:00:00", "today"],
    ["{date_short_pretty}", "2026-03-09T23:00:00", "yesterday"],
    ["{date_long_pretty}", "2026-03-11T01:00:00", "tomorrow"],
    ["{ago}", "2026-03-10T09:00:00", "3 hours ago"],
    ["{unknown} x", "2026-03-10T09:00:00", "{unknown} x"],
  ])("%s", (format, time, want) => {
    expect(formatDate(at(time), format, now, "en-US").replaceAll("\u202f", " ")).toBe(want);
  });

  it("keeps the format of a moment that isn't one", () => {
    expect(formatDate(Number.NaN, "{date}", now)).toBe("{date}");
  });
});

describe("days", () => {
  it("count midnights", () => {
    expect(daysBetween(new Date("2026-03-10T23:59:00"), new Date("2026-03-11T00:01:00"))).toBe(1);
    expect(ago(new Date("2026-03-10T12:00:30"), now, "en-US")).toBe("in 30 seconds");
  });
});
