import { afterEach, beforeEach, expect, test } from "vitest";
import { settle, until } from "../testing/platform";
import { Visits } from "../testing/visits";
import { bookmarksOf } from "./bookmarks";
import { channelSizes } from "./channel_sizes";

let at: Visits;
beforeEach(() => {
  at = new Visits();
});
afterEach(() => at.closeAll());

test("after a gap only what is looked at is asked for again, and the rest when it is", async () => {
  const channels = ["C1", "C2", "C3"];
  for (const id of channels) at.server.world.join(id);
  const { w } = await at.live();
  const methods = ["bookmarks.list", "subscriptions.thread.get", "conversations.info"];
  const signals = (id: string) => [bookmarksOf(w).of(id), w.threads.reading(id, "1.2"), channelSizes(w).of(id)];
  const looks = channels.flatMap((id) => signals(id).map((s) => s.subscribe(() => {})));
  await settle();
  const asked = () => methods.map((method) => at.server.count(method));
  const first = asked();
  expect(first).toEqual([3, 3, 3]);
  for (const leave of looks.slice(3)) leave(); // only C1 is looked at

  let refreshed = false;
  w.onRefresh(() => {
    refreshed = true;
  });
  at.server.hangUp();
  await until("refreshed", () => refreshed, at.clock);
  at.clock.advance(10_000);
  await settle();
  expect(asked()).toEqual([4, 4, 4]);
  signals("C2");
  signals("C2");
  await settle();
  expect(asked()).toEqual([5, 5, 5]);
});
