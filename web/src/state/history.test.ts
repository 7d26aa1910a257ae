import { expect, test } from "vitest";
import type { Api } from "../net/api";
import { fetchAround } from "./history";

const start = 1_700_000_000;
const now = (start + 86_400) * 1000;

/** A channel of 10,000 messages that were written within five seconds. */
function crowded() {
  const all = Array.from({ length: 10_000 }, (_, i) => ({ ts: (start + i / 2_000).toFixed(6) }));
  let calls = 0;
  const call = async (_: string, o: { limit: number; latest?: string; oldest?: string; inclusive?: boolean }) => {
    calls++;
    const { latest = "9", oldest = "0", limit } = o;
    const found = all.filter((m) => m.ts > oldest && (m.ts < latest || (o.inclusive === true && m.ts === latest)));
    return { messages: found.slice(-limit).reverse(), has_more: found.length > limit };
  };
  return { api: { call } as unknown as Api, calls: () => calls, all };
}

test.each([
  ["a second", 1],
  ["a day", 86_400],
  ["a year", 31_536_000],
])("%s before a crowd of messages one finds the first of them", async (_, before) => {
  const { api, calls, all } = crowded();
  const page = await fetchAround(api, "C1", (start - before).toFixed(6), now);
  expect(page.messages.length).toBeGreaterThan(0);
  expect(page.messages).toEqual(all.slice(0, page.messages.length));
  expect(page).toMatchObject({ atStart: true, atEnd: false });
  expect(calls()).toBeLessThan(40);
});
