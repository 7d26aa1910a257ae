import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { Device, settle, type TestPlatform, until } from "../testing/platform";
import { Random } from "../testing/random";
import { Server } from "../testing/server";
import type { Session } from "./session";
import type { Timeline } from "./timeline";
import { createWorkspace, type Workspace } from "./workspace";

const session: Session = { token: "xoxc-1", team_id: "T1", team: "Team", domain: "team", user: "ann" };

let device: Device;
let server: Server;
let platform: TestPlatform;
let w: Workspace;

beforeEach(() => {
  device = new Device();
  server = new Server(device.clock);
  server.world.join("CTOWN");
});

afterEach(async () => {
  w.close();
  await settle();
});

/** Posts so many messages, a minute apart. */
function fill(count: number): string[] {
  return Array.from({ length: count }, (_, n) => {
    device.clock.advance(60_000);
    return server.post("CTOWN", "UBOB", `m${n}`).ts;
  });
}

async function visit(): Promise<Timeline> {
  platform = device.tab(server);
  w = createWorkspace(session, platform);
  await until("live", () => w.status.peek() === "ready" && w.seqOf("CTOWN") !== undefined, device.clock);
  const t = w.timelines.of("CTOWN");
  t.messages.subscribe(() => {});
  await until("loaded", () => t.loading.peek() === "", device.clock);
  await settle();
  return t;
}

const texts = (t: Timeline) => t.messages.peek().map((k) => t.message(k).peek()?.text);
const numbers = (from: number, to: number) => Array.from({ length: to - from }, (_, n) => `m${from + n}`);

describe("a window", () => {
  test("begins at the end, and grows back to the start", async () => {
    fill(120);
    const t = await visit();
    expect(texts(t)).toEqual(numbers(70, 120));
    expect(t.atStart.peek()).toBe(false);
    await t.loadOlder();
    await t.loadOlder();
    expect(texts(t)).toEqual(numbers(0, 120));
    expect(t.atStart.peek()).toBe(true);
  });

  test("around an old message is whole, and grows on to the end", async () => {
    const all = fill(300);
    const t = await visit();
    const key = await t.jumpTo(all[100] ?? "");
    expect(key).toBe(all[100]);
    const shown = texts(t);
    const first = Number(shown[0]?.slice(1));
    expect(shown).toEqual(numbers(first, first + shown.length));
    expect(shown).toContain("m100");
    expect(t.atEnd.peek()).toBe(false);
    server.post("CTOWN", "UBOB", "m300");
    await settle();
    expect(texts(t)).not.toContain("m300"); // not next to what is shown
    for (let n = 0; n < 20 && !t.atEnd.peek(); n++) await t.loadNewer();
    expect(texts(t)).toEqual(numbers(first, 301));
    server.post("CTOWN", "UBOB", "m301");
    await until("m301", () => texts(t).at(-1) === "m301");
  });

  test("jumps to where a message was that is gone, and back to the latest", async () => {
    const all = fill(300);
    server.remove("CTOWN", all[40] ?? "");
    const t = await visit();
    expect(await t.jumpTo(all[40] ?? "")).toBe(all[39]);
    await t.jumpToLatest();
    expect(t.atEnd.peek()).toBe(true);
    expect(texts(t)).toEqual(numbers(250, 300));
  });

  test("does not miss what comes while it loads", async () => {
    fill(60);
    const t = await visit();
    server.held = [];
    const load = t.loadOlder();
    await settle();
    server.post("CTOWN", "UBOB", "m60");
    server.edit("CTOWN", server.messages.get("CTOWN")?.[3]?.ts ?? "", "edited meanwhile");
    await settle();
    for (const go of server.held) go();
    server.held = undefined;
    await load;
    expect(texts(t)).toContain("edited meanwhile");
    expect(texts(t).at(-1)).toBe("m60");
  });

  test("says why a load failed, and tries again when there is a connection", async () => {
    fill(60);
    const t = await visit();
    server.failures.set("conversations.history", ["fatal_error", "fatal_error", "fatal_error"]);
    const load = t.loadOlder();
    await until("failed", () => t.error.peek() !== undefined, device.clock);
    await load;
    expect(t.error.peek()).toBe("fatal_error");
    server.hangUp();
    await until("loaded", () => t.messages.peek().length === 60, device.clock);
    expect(t.error.peek()).toBeUndefined();
  });

  test("is loaded again at a wish, whatever failed", async () => {
    fill(60);
    const t = await visit();
    const refuse = () => server.failures.set("conversations.history", Array(9).fill("fatal_error"));
    const failed = () => until("failed", () => t.error.peek() !== undefined, device.clock);
    const again = async () => {
      server.failures.clear();
      t.retry();
      await until("loaded", () => t.error.peek() === undefined && t.loading.peek() === "", device.clock);
    };
    await t.loadOlder();
    expect(t.atStart.peek()).toBe(true);

    refuse();
    t.lost(); // which is loaded again, whole as it is
    await failed();
    const asked = server.count("conversations.history");
    await again();
    expect(server.count("conversations.history")).toBeGreaterThan(asked);

    refuse();
    t.clear();
    t.lost(); // nothing is there
    await failed();
    await again();
    expect(texts(t)).toEqual(numbers(10, 60));

    refuse();
    void t.loadOlder();
    await failed();
    await again();
    expect(texts(t)).toEqual(numbers(0, 60));
  });

  test("that can't be loaded around a message is, when it is tried again", async () => {
    const all = fill(200);
    const t = await visit();
    server.failures.set("conversations.history", Array(9).fill("fatal_error"));
    t.clear();
    void t.jumpTo(all[60] ?? "");
    await until("failed", () => t.error.peek() !== undefined, device.clock);
    server.failures.clear();
    t.retry();
    await until("loaded", () => t.messages.peek().includes(all[60] ?? ""), device.clock);
  });

  test("is bounded, at either end", async () => {
    const all = fill(1500);
    const t = await visit();
    for (let n = 0; n < 40 && !t.atStart.peek(); n++) await t.loadOlder();
    expect(t.messages.peek().length).toBeLessThanOrEqual(1200);
    expect(t.messages.peek()[0]).toBe(all[0]);
    expect(t.atEnd.peek()).toBe(false);
    for (let n = 0; n < 80 && !t.atEnd.peek(); n++) await t.loadNewer();
    expect(t.messages.peek().at(-1)).toBe(all.at(-1));
    expect(t.messages.peek().length).toBeLessThanOrEqual(1200);
    const shown = texts(t);
    expect(shown).toEqual(numbers(1500 - shown.length, 1500));
  });
});

test("a message alone renders again when it changes", async () => {
  const all = fill(3);
  const t = await visit();
  const renders = new Map<string, number>();
  for (const key of t.messages.peek()) {
    t.message(key).subscribe(() => renders.set(key, (renders.get(key) ?? 0) + 1));
  }
  server.edit("CTOWN", all[1] ?? "", "new");
  await until("new", () => t.message(all[1] ?? "").peek()?.text === "new");
  expect([...renders.values()]).toEqual([1, 2, 1]);
});

test("a channel that is joined while it is looked at goes on", async () => {
  server.post("CSIDE", "UBOB", "before");
  const town = await visit();
  expect(town.error.peek()).toBeUndefined();
  const t = w.timelines.of("CSIDE");
  t.messages.subscribe(() => {});
  await until("loaded", () => t.messages.peek().length === 1, device.clock);
  server.post("CSIDE", "UBOB", "unseen");
  server.world.join("CSIDE");
  server.post("CSIDE", "UBOB", "after");
  await until("after", () => t.messages.peek().length === 3, device.clock);
  expect(texts(t)).toEqual(["before", "unseen", "after"]);
});

test("a thread has its root and its replies, old and new", async () => {
  const root = server.post("CTOWN", "UBOB", "root");
  server.post("CTOWN", "UBOB", "old", { thread_ts: root.ts });
  await visit();
  const t = w.threads.of("CTOWN", root.ts);
  t.messages.subscribe(() => {});
  await until("loaded", () => t.messages.peek().length === 2, device.clock);
  server.post("CTOWN", "UBOB", "new", { thread_ts: root.ts });
  w.outbox.send("CTOWN", { text: "mine", thread_ts: root.ts });
  await until("sent", () => t.messages.peek().length === 4 && w.outbox.pending.peek() === 0, device.clock);
  expect(texts(t)).toEqual(["root", "old", "new", "mine"]);
  expect(texts(w.timelines.of("CTOWN"))).toEqual(["root"]);
});

test("timelines that nobody looks at are let go", async () => {
  await visit();
  const first = w.timelines.of("C0");
  for (let n = 1; n < 80; n++) w.timelines.of(`C${n}`);
  expect(w.timelines.of("C0")).not.toBe(first);
  expect(w.timelines.of("C79")).toBe(w.timelines.of("C79"));
});

/** What a timeline shows after any events in any order of loads is what the server has. */
test("a window under faults shows what the server has", { timeout: 60_000 }, async () => {
  for (let seed = 0; seed < 8; seed++) {
    device = new Device();
    server = new Server(device.clock);
    server.world.join("CTOWN");
    const random = new Random(seed);
    fill(70);
    const t = await visit();
    for (let n = 0; n < 60; n++) {
      const k = random.below(100);
      const all = server.messages.get("CTOWN") ?? [];
      const ts = all.length > 0 ? random.pick(all).ts : "";
      if (k < 30) server.post("CTOWN", "UBOB", `s${n}`);
      else if (k < 40 && ts) server.edit("CTOWN", ts, `e${n}`);
      else if (k < 48 && ts) server.remove("CTOWN", ts);
      else if (k < 55) server.hangUp();
      else if (k < 60) void t.loadOlder();
      else if (k < 65 && ts) void t.jumpTo(ts);
      else if (k < 70) void t.loadNewer();
      else if (k < 75) server.failures.set("conversations.history", ["fatal_error"]);
      else device.clock.advance(random.below(5_000));
      await settle(random.below(12));
    }
    server.failures.clear();
    await until("idle", () => w.connection.peek().state === "live" && t.loading.peek() === "", device.clock);
    await t.jumpToLatest();
    await until("loaded", () => t.loading.peek() === "" && t.atEnd.peek(), device.clock);
    await settle();
    const all = (server.messages.get("CTOWN") ?? []).map((m) => `${m.ts} ${m.text}`);
    const shown = t.messages.peek().map((k) => `${k} ${t.message(k).peek()?.text}`);
    expect(shown, `seed ${seed}`).toEqual(all.slice(-shown.length));
    w.close();
    await settle();
  }
});
