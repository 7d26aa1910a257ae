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
let open: Workspace[];

beforeEach(() => {
  device = new Device();
  server = new Server(device.clock);
  server.world.join("CTOWN");
  open = [];
});

afterEach(async () => {
  for (const w of open) w.close();
  await settle();
});

async function visit(): Promise<{ w: Workspace; t: Timeline; platform: TestPlatform }> {
  const platform = device.tab(server, open.length + 1);
  const w = createWorkspace(session, platform);
  open.push(w);
  await until("ready", () => w.status.peek() === "ready", device.clock);
  const t = w.timelines.of("CTOWN");
  t.messages.subscribe(() => {});
  await settle();
  return { w, t, platform };
}

async function live(w: Workspace): Promise<void> {
  await until("live", () => w.seqOf("CTOWN") !== undefined, device.clock);
  await settle();
}

async function close(w: Workspace): Promise<void> {
  w.close();
  open = open.filter((x) => x !== w);
  await settle();
}

const shown = (t: Timeline) => t.messages.peek().map((k) => t.message(k).peek());
const texts = (t: Timeline) => shown(t).map((m) => m?.text);
const states = (t: Timeline) => shown(t).map((m) => m?.local?.state);
const sent = () => (server.messages.get("CTOWN") ?? []).map((m) => m.text);

describe("a message of one's own", () => {
  test("shows in the same moment and is confirmed", async () => {
    const { w, t } = await visit();
    await live(w);
    const key = w.outbox.send("CTOWN", { text: "hello" });
    expect(t.messages.peek()).toEqual([key]);
    expect(t.message(key).peek()).toMatchObject({ text: "hello", user: "UANN", local: { state: "sending" } });
    await until("confirmed", () => w.outbox.pending.peek() === 0, device.clock);
    await settle();
    expect(texts(t)).toEqual(["hello"]);
    expect(states(t)).toEqual([undefined]);
  });

  test("is there once, whether its event or its answer comes first", async () => {
    const { w, t } = await visit();
    await live(w);
    server.held = [];
    w.outbox.send("CTOWN", { text: "event first" });
    await until("the event", () => states(t)[0] === undefined && t.messages.peek().length === 1, device.clock);
    for (const go of server.held) go();
    server.held = undefined;
    await settle();
    expect(texts(t)).toEqual(["event first"]);
    expect(w.outbox.pending.peek()).toBe(0);
  });

  test("waits where there is no connection, and goes out in its order", async () => {
    const { w, t, platform } = await visit();
    await live(w);
    platform.setOnline(false);
    server.hangUp();
    for (const text of ["one", "two", "three"]) w.outbox.send("CTOWN", { text });
    await until("queued", () => states(t)[0] === "queued", device.clock);
    expect(sent()).toEqual([]);
    platform.setOnline(true);
    await until("sent", () => w.outbox.pending.peek() === 0, device.clock);
    await settle();
    expect(sent()).toEqual(["one", "two", "three"]);
    expect(texts(t)).toEqual(["one", "two", "three"]);
  });

  test("survives a reload, and is not sent twice", async () => {
    const first = await visit();
    await live(first.w);
    server.down = true;
    server.hangUp();
    first.w.outbox.send("CTOWN", { text: "kept" });
    await settle();
    await close(first.w);
    const second = await visit();
    await until("kept", () => texts(second.t)[0] === "kept", device.clock);
    server.down = false;
    await until("sent", () => second.w.outbox.pending.peek() === 0, device.clock);
    await settle();
    expect(sent()).toEqual(["kept"]);
    expect(texts(second.t)).toEqual(["kept"]);
  });

  test("whose answer is lost is sent again, and is there once", async () => {
    const { w, t } = await visit();
    await live(w);
    server.hangUp();
    server.loseAnswers = 1;
    w.outbox.send("CTOWN", { text: "once" });
    await until("sent", () => w.outbox.pending.peek() === 0, device.clock);
    await settle();
    expect(sent()).toEqual(["once"]);
    expect(texts(t)).toEqual(["once"]);
  });

  test("that is refused says so until it is sent again or forgotten", async () => {
    const { w, t } = await visit();
    await live(w);
    server.failures.set("chat.postMessage", ["msg_too_long", "restricted_action"]);
    const [long, banned] = ["long", "banned"].map((text) => w.outbox.send("CTOWN", { text }));
    await until("failed", () => states(t).every((s) => s === "failed"), device.clock);
    expect(shown(t).map((m) => m?.local?.error)).toEqual(["msg_too_long", "restricted_action"]);
    await settle();
    await close(w);
    const again = await visit();
    await until("kept", () => again.t.messages.peek().length === 2, device.clock);
    await live(again.w);
    expect(states(again.t)).toEqual(["failed", "failed"]);
    again.w.outbox.discard(banned ?? "");
    again.w.outbox.retry(long ?? "");
    await until("sent", () => again.w.outbox.pending.peek() === 0, device.clock);
    await settle();
    expect(sent()).toEqual(["long"]);
  });

  test("of a tab that only follows is sent by the one that leads", async () => {
    const a = await visit();
    await live(a.w);
    const b = await visit();
    await live(b.w);
    b.w.outbox.send("CTOWN", { text: "from b" });
    await until("sent", () => texts(a.t)[0] === "from b" && b.w.outbox.pending.peek() === 0, device.clock);
    await settle();
    expect(sent()).toEqual(["from b"]);
    expect(texts(b.t)).toEqual(["from b"]);
    expect(a.w.outbox.pending.peek()).toBe(0);
  });

  test("of a tab that closed at once is sent by another", async () => {
    const a = await visit();
    await live(a.w);
    const b = await visit();
    server.down = true;
    server.hangUp();
    a.w.outbox.send("CTOWN", { text: "last words" });
    await settle();
    await close(a.w);
    server.down = false;
    await until("sent", () => sent().length === 1 && b.w.outbox.pending.peek() === 0, device.clock);
    expect(sent()).toEqual(["last words"]);
  });
});

describe("a change of a message", () => {
  test("shows at once, and stays as the server made it", async () => {
    const { w, t } = await visit();
    await live(w);
    const m = server.post("CTOWN", "UANN", "old");
    await until("old", () => texts(t)[0] === "old", device.clock);
    const done = w.outbox.edit("CTOWN", m.ts, { text: "new" });
    expect(shown(t)[0]).toMatchObject({ text: "new", local: { state: "sending" } });
    await done;
    await settle();
    expect(shown(t)[0]?.text).toBe("new");
    expect(shown(t)[0]?.local).toBeUndefined();
  });

  test("that is refused is undone, over what came meanwhile", async () => {
    const { w, t } = await visit();
    await live(w);
    const m = server.post("CTOWN", "UANN", "old");
    await until("old", () => texts(t)[0] === "old", device.clock);
    server.failures.set("chat.update", ["cant_update_message"]);
    server.held = [];
    const done = w.outbox.edit("CTOWN", m.ts, { text: "mine" });
    await settle();
    server.edit("CTOWN", m.ts, "another's");
    await settle();
    expect(texts(t)).toEqual(["mine"]); // rebased
    for (const go of server.held) go();
    server.held = undefined;
    await expect(done).rejects.toMatchObject({ code: "cant_update_message" });
    expect(texts(t)).toEqual(["another's"]);
  });

  test("takes a deleted message out at once", async () => {
    const { w, t } = await visit();
    await live(w);
    const m = server.post("CTOWN", "UANN", "old");
    await until("old", () => texts(t)[0] === "old", device.clock);
    const done = w.outbox.remove("CTOWN", m.ts);
    expect(t.messages.peek()).toEqual([]);
    await done;
    await settle();
    expect(t.messages.peek()).toEqual([]);
  });

  test("by a reaction counts once", async () => {
    const { w, t } = await visit();
    await live(w);
    const m = server.post("CTOWN", "UANN", "look");
    await until("look", () => texts(t)[0] === "look", device.clock);
    const done = w.outbox.react("CTOWN", m.ts, "tada", true);
    expect(shown(t)[0]?.reactions).toEqual([{ name: "tada", users: ["UANN"], count: 1 }]);
    await done;
    await settle();
    expect(shown(t)[0]?.reactions).toEqual([{ name: "tada", users: ["UANN"], count: 1 }]);
  });
});

/** Whatever the network and the tabs do, each message is sent once, in order. */
test("messages under faults are neither lost nor doubled", { timeout: 120_000 }, async () => {
  for (let seed = 0; seed < 12; seed++) {
    device = new Device();
    server = new Server(device.clock);
    server.world.join("CTOWN");
    const random = new Random(seed);
    let tabs = [await visit(), await visit()];
    const wrote: string[] = [];
    for (let n = 0; n < 40; n++) {
      const tab = random.pick(tabs);
      const k = random.below(100);
      if (k < 35) {
        const text = `${seed}-${n}`;
        tab.w.outbox.send("CTOWN", { text });
        wrote.push(text);
        await settle(15); // it is on disk
      } else if (k < 45) server.loseAnswers = random.below(3);
      else if (k < 55) server.down = !server.down;
      else if (k < 65) server.hangUp();
      else if (k < 75) {
        await close(tab.w);
        tabs = [...tabs.filter((x) => x !== tab), await visit()];
      } else device.clock.advance(random.below(8_000));
      await settle(random.below(20));
    }
    server.down = false;
    server.loseAnswers = 0;
    await until(
      `all sent, seed ${seed}`,
      () => sent().length >= wrote.length && tabs.every((x) => x.w.outbox.pending.peek() === 0),
      device.clock,
    );
    await settle();
    expect([...sent()].sort(), `seed ${seed}`).toEqual([...wrote].sort());
    for (const { w, t } of tabs) {
      await until(`shown, seed ${seed}`, () => t.messages.peek().length === wrote.length, device.clock);
      expect(new Set(texts(t)).size).toBe(wrote.length);
      await close(w);
    }
  }
});
