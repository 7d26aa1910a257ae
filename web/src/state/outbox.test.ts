import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { settle, until } from "../testing/platform";
import { Random } from "../testing/random";
import { Visits } from "../testing/visits";
import { forward } from "./message_actions";
import type { Timeline } from "./timeline";

let at: Visits;
let server: Visits["server"];
let device: Visits["device"];

beforeEach(() => begin());

afterEach(() => at.closeAll());

function begin(): void {
  at = new Visits();
  ({ server, device } = at);
}

const shown = (t: Timeline) => t.messages.peek().map((k) => t.message(k).peek());
const texts = (t: Timeline) => shown(t).map((m) => m?.text);
const states = (t: Timeline) => shown(t).map((m) => m?.local?.state);
const sent = () => (server.messages.get("CTOWN") ?? []).map((m) => m.text);

describe("a message of one's own", () => {
  test("shows in the same moment and is confirmed", async () => {
    const { w, t } = await at.live();
    const key = w.outbox.send("CTOWN", { text: "hello" });
    expect(t.messages.peek()).toEqual([key]);
    expect(t.message(key).peek()).toMatchObject({ text: "hello", user: "UANN", local: { state: "sending" } });
    await until("confirmed", () => w.outbox.pending.peek() === 0, device.clock);
    await settle();
    expect(texts(t)).toEqual(["hello"]);
    expect(states(t)).toEqual([undefined]);
  });

  test("is there once, whether its event or its answer comes first", async () => {
    const { w, t } = await at.live();
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
    const { w, t, platform } = await at.live();
    platform.setOnline(false);
    server.hangUp();
    for (const text of ["one", "two", "three"]) w.outbox.send("CTOWN", { text });
    await until("queued", () => states(t).every((s) => s === "queued"), device.clock);
    expect(sent()).toEqual([]);
    platform.setOnline(true);
    await until("sent", () => w.outbox.pending.peek() === 0, device.clock);
    await settle();
    expect(sent()).toEqual(["one", "two", "three"]);
    expect(texts(t)).toEqual(["one", "two", "three"]);
  });

  test("survives a reload, and is not sent twice", async () => {
    const first = await at.live();
    server.down = true;
    server.hangUp();
    first.w.outbox.send("CTOWN", { text: "kept" });
    await settle();
    await at.close(first);
    const second = await at.visit();
    await until("kept", () => texts(second.t)[0] === "kept", device.clock);
    server.down = false;
    await until("sent", () => second.w.outbox.pending.peek() === 0, device.clock);
    await settle();
    expect(sent()).toEqual(["kept"]);
    expect(texts(second.t)).toEqual(["kept"]);
  });

  test("whose answer is lost is sent again, and is there once", async () => {
    const { w, t } = await at.live();
    server.hangUp();
    server.loseAnswers = 1;
    w.outbox.send("CTOWN", { text: "once" });
    await until("sent", () => w.outbox.pending.peek() === 0, device.clock);
    await settle();
    expect(sent()).toEqual(["once"]);
    expect(texts(t)).toEqual(["once"]);
  });

  test("that passes another on waits like any", async () => {
    const { w, t } = await at.live();
    at.cut();
    const m = { ts: "1700000000.000100", user: "UBOB", text: "news" };
    forward(w, m, { channel: "CHALL", channelName: "all", author: "Bob", link: "http://x/" }, ["CTOWN"], "look");
    expect(shown(t)[0]).toMatchObject({ text: "look", attachments: [{ text: "news", author_name: "Bob" }] });
    await until("queued", () => states(t)[0] === "queued", device.clock);
    at.mend();
    await until("sent", () => w.outbox.pending.peek() === 0, device.clock);
    const post = server.calls.find((c) => c.method === "chat.postMessage" && c.args.text === "look");
    expect(post?.args).toMatchObject({ attachments: [{ is_share: true }], unfurl_links: false });
  });

  test("that is refused says so until it is sent again or forgotten", async () => {
    const before = await at.live();
    const { w, t } = before;
    server.failures.set("chat.postMessage", ["msg_too_long", "restricted_action"]);
    const [long, banned] = ["long", "banned"].map((text) => w.outbox.send("CTOWN", { text }));
    await until("failed", () => states(t).every((s) => s === "failed"), device.clock);
    expect(shown(t).map((m) => m?.local?.error)).toEqual(["msg_too_long", "restricted_action"]);
    await settle();
    await at.close(before);
    const again = await at.live();
    await until("kept", () => again.t.messages.peek().length === 2, device.clock);
    expect(states(again.t)).toEqual(["failed", "failed"]);
    again.w.outbox.discard(banned ?? "");
    again.w.outbox.retry(long ?? "");
    await until("sent", () => again.w.outbox.pending.peek() === 0, device.clock);
    await settle();
    expect(sent()).toEqual(["long"]);
  });

  test("of a tab that only follows is sent by the one that leads", async () => {
    const a = await at.live();
    const b = await at.live();
    b.w.outbox.send("CTOWN", { text: "from b" });
    await until("sent", () => texts(a.t)[0] === "from b" && b.w.outbox.pending.peek() === 0, device.clock);
    await settle();
    expect(sent()).toEqual(["from b"]);
    expect(texts(b.t)).toEqual(["from b"]);
    expect(a.w.outbox.pending.peek()).toBe(0);
  });

  test("stays where another tab has sent it, until its event comes", async () => {
    await at.live();
    const b = await at.live();
    at.cutSockets();
    b.w.outbox.send("CTOWN", { text: "from b" });
    const counts: number[] = [];
    b.t.messages.subscribe((keys) => void counts.push(keys.length));
    await until("sent", () => sent().length === 1, device.clock);
    await settle();
    device.clock.advance(60_000);
    await settle();
    expect(texts(b.t)).toEqual(["from b"]);
    at.mend();
    await until("its event", () => b.w.outbox.pending.peek() === 0, device.clock);
    await settle();
    expect(texts(b.t)).toEqual(["from b"]);
    expect(new Set(counts)).toEqual(new Set([1]));
  });

  test("with files stays without a connection, and with one is not waited for for ever", async () => {
    const { w, t } = await at.live();
    at.cutSockets();
    w.outbox.send("CTOWN", { text: "look", files: [{ id: "F1" }] });
    await until("sent", () => sent().length === 1, device.clock);
    await settle();
    device.clock.advance(60_000);
    await settle();
    expect(texts(t)).toEqual(["look"]);
    server.world.leave("CTOWN"); // its event will not come
    at.mend();
    await until("live", () => w.connection.peek().state === "live", device.clock);
    await until("given up", () => w.outbox.pending.peek() === 0, device.clock);
  });

  test("that another tab discards is gone here, too", async () => {
    const a = await at.live();
    const b = await at.live();
    server.failures.set("chat.postMessage", ["restricted_action"]);
    const key = a.w.outbox.send("CTOWN", { text: "refused" });
    await until("failed", () => states(b.t)[0] === "failed", device.clock);
    a.w.outbox.discard(key);
    await until("gone", () => b.w.outbox.pending.peek() === 0, device.clock);
    expect(texts(b.t)).toEqual([]);
  });

  test("that has come is not shown again for what the disk still says, and leaves the disk", async () => {
    const { w, t } = await at.live();
    server.post("CTOWN", "UANN", "once", { client_msg_id: "id-x" });
    await until("its event", () => texts(t).length === 1, device.clock);
    const draft = { text: "once" };
    await w.store.putWaiting("outbox", { id: "id-x", channel: "CTOWN", created: 1, state: "waiting", draft });
    await w.outbox.reload();
    expect(texts(t)).toEqual(["once"]);
    await settle();
    expect(await w.store.waiting("outbox")).toEqual([]);
  });

  test("of a tab that closed at once is sent by another", async () => {
    const a = await at.live();
    const b = await at.visit();
    server.down = true;
    server.hangUp();
    a.w.outbox.send("CTOWN", { text: "last words" });
    await settle();
    await at.close(a);
    server.down = false;
    await until("sent", () => sent().length === 1 && b.w.outbox.pending.peek() === 0, device.clock);
    expect(sent()).toEqual(["last words"]);
  });
});

/** Whatever the network and the tabs do, each message is sent once, in order. */
test("messages under faults are neither lost nor doubled", { timeout: 120_000 }, async () => {
  for (let seed = 0; seed < 12; seed++) {
    begin();
    const random = new Random(seed);
    let tabs = [await at.visit(), await at.visit()];
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
        await at.close(tab);
        tabs = [...tabs.filter((x) => x !== tab), await at.visit()];
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
    for (const tab of tabs) {
      const { t } = tab;
      await until(`shown, seed ${seed}`, () => t.messages.peek().length === wrote.length, device.clock);
      expect(new Set(texts(t)).size).toBe(wrote.length);
      await at.close(tab);
    }
  }
});
