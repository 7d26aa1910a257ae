import { expect, test } from "vitest";
import { quietUntil } from "./dnd";
import { readNoticePrefs } from "./notice_prefs";
import { isTold } from "./notifications";
import { readArrangement } from "./sidebar";

test("a message is told by its level, by mute, and by whom it names", () => {
  const plain = { level: "mentions", muted: false, mention: false, reply: false } as const;
  expect(isTold(plain)).toBe(false);
  expect(isTold({ ...plain, mention: true })).toBe(true);
  expect(isTold({ ...plain, reply: true })).toBe(true);
  expect(isTold({ ...plain, level: "everything" })).toBe(true);
  expect(isTold({ ...plain, level: "everything", muted: true })).toBe(false);
  expect(isTold({ ...plain, muted: true, mention: true })).toBe(true);
  expect(isTold({ ...plain, level: "nothing", mention: true })).toBe(false);
});

test("the preference of Slack's clients is read, whatever is in it", () => {
  const text = JSON.stringify({
    channels: { C1: { desktop: "everything" }, C2: { desktop: "default" }, C3: { desktop: "nothing", muted: true } },
    global: { global_desktop: "mentions_dms" },
  });
  expect(readNoticePrefs(text).global).toBe("mentions");
  expect([...readNoticePrefs(text).channels]).toEqual([
    ["C1", "everything"],
    ["C3", "nothing"],
  ]);
  for (const odd of ["", "null", "[]", "{", '"x"']) expect(readNoticePrefs(odd).global).toBe("mentions");
});

test("quiet is a pause that has not ended, or the hours that hold now", () => {
  expect(quietUntil({ dnd_enabled: false }, 100)).toBeUndefined();
  expect(quietUntil({ dnd_enabled: false, snooze_enabled: true, snooze_endtime: 200 }, 100)).toBe(200);
  expect(quietUntil({ dnd_enabled: false, snooze_enabled: true, snooze_endtime: 100 }, 100)).toBeUndefined();
  expect(quietUntil({ dnd_enabled: true, next_dnd_start_ts: 50, next_dnd_end_ts: 150 }, 100)).toBe(150);
  expect(quietUntil({ dnd_enabled: true, next_dnd_start_ts: 120, next_dnd_end_ts: 150 }, 100)).toBeUndefined();
});

test("an arrangement of another version is read with care", () => {
  const good = { id: "a", name: "Mine", channels: ["C1"] };
  expect(readArrangement({ sections: [good, { id: 1 }, null], collapsed: ["dms", 3] })).toEqual({
    sections: [good],
    collapsed: ["dms"],
  });
  expect(readArrangement("no")).toEqual({ sections: [], collapsed: [] });
});
