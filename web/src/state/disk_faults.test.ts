/** A disk that fails once, and tabs that miss what another did: nothing that was said or written is lost. */

import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Device, settle, type TestPlatform, until } from "../testing/platform";
import { Server } from "../testing/server";
import { draftsOf } from "./drafts";
import { createWorkspace, type Workspace } from "./workspace";

const session = { token: "xoxc-1", team_id: "T1", team: "Team", domain: "team", user: "ann" };

let device: Device;
let server: Server;
let open: Workspace[];

beforeEach(() => {
  device = new Device();
  server = new Server(device.clock);
  server.world.join("CTOWN");
  server.post("CTOWN", "UBOB", "old");
  open = [];
});

afterEach(async () => {
  vi.restoreAllMocks();
  for (const w of open) w.close();
  await settle();
});

async function visit(): Promise<{ w: Workspace; platform: TestPlatform }> {
  const platform = device.tab(server, open.length + 1);
  const w = createWorkspace(session, platform);
  open.push(w);
  await until("live", () => w.status.peek() === "ready" && w.seqOf("CTOWN") !== undefined, device.clock);
  w.timelines.of("CTOWN").messages.subscribe(() => {});
  await pass(3);
  return { w, platform };
}

async function close(w: Workspace): Promise<void> {
  w.close();
  open = open.filter((x) => x !== w);
  await settle();
}

async function pass(seconds: number): Promise<void> {
  await settle();
  for (let n = 0; n < seconds; n++) {
    device.clock.advance(1_000);
    await settle(10);
  }
}

const texts = (w: Workspace) => {
  const t = w.timelines.of("CTOWN");
  return t.messages.peek().map((k) => t.message(k).peek()?.text);
};
const sent = () => (server.messages.get("CTOWN") ?? []).map((m) => m.text);
const full = () => new DOMException("full", "QuotaExceededError");

/** No message that waits can be written from now on. */
function fillOutbox(): void {
  const put = IDBObjectStore.prototype.put;
  vi.spyOn(IDBObjectStore.prototype, "put").mockImplementation(function (this: IDBObjectStore, value, key) {
    if (this.name === "outbox") throw full();
    return key === undefined ? put.call(this, value) : put.call(this, value, key);
  });
}

/** The next batch cannot be written. */
function failOneCommit(): void {
  const transaction = IDBDatabase.prototype.transaction;
  let isDue = true;
  vi.spyOn(IDBDatabase.prototype, "transaction").mockImplementation(function (
    this: IDBDatabase,
    stores,
    mode,
    options,
  ) {
    const isCommit =
      isDue && mode === "readwrite" && Array.isArray(stores) && stores.includes("tails") && stores.includes("outbox");
    if (isCommit) {
      isDue = false;
      throw full();
    }
    return transaction.call(this, stores, mode, options);
  });
}

test("a message that could not be written stays, whatever another tab says of the outbox", async () => {
  const { w, platform } = await visit();
  fillOutbox();
  platform.setOnline(false);
  server.hangUp();
  w.outbox.send("CTOWN", { text: "precious" });
  await pass(10);
  await w.outbox.reload();
  expect(w.outbox.pending.peek()).toBe(1);
  platform.setOnline(true);
  await until("sent", () => w.outbox.pending.peek() === 0, device.clock);
  expect(sent()).toEqual(["old", "precious"]);
});

test("a message that could not be written is sent by the tab that has it", async () => {
  await visit();
  const { w } = await visit();
  expect(w.feed?.leading).toBe(false);
  fillOutbox();
  w.outbox.send("CTOWN", { text: "precious" });
  await until("sent", () => w.outbox.pending.peek() === 0, device.clock);
  expect(sent()).toEqual(["old", "precious"]);
});

test("a tab whose disk fails goes on by itself, and another leads", async () => {
  const { w: a } = await visit();
  const { w: b } = await visit();
  failOneCommit();
  server.post("CTOWN", "UBOB", "m1");
  await until("another leads", () => b.feed?.leading === true, device.clock);
  b.outbox.send("CTOWN", { text: "from b" });
  await until("sent", () => b.outbox.pending.peek() === 0, device.clock);
  server.post("CTOWN", "UBOB", "m2");
  await pass(5);
  const all = ["old", "m1", "from b", "m2"];
  expect([texts(a), texts(b)]).toEqual([all, all]);
  await close(a);
  await close(b);
  const { w: c } = await visit();
  expect(texts(c)).toEqual(all);
});

test("a tab that is replaced in the middle of a commit misses nothing", async () => {
  const { w: a, platform } = await visit();
  const { w: b } = await visit();
  const commit = a.store.commit.bind(a.store);
  let go = () => {};
  const gate = new Promise<void>((resolve) => {
    go = resolve;
  });
  vi.spyOn(a.store, "commit").mockImplementation((x) => gate.then(() => commit(x)));
  server.post("CTOWN", "UBOB", "e1");
  await settle();
  const thaw = platform.freeze();
  await until("replaced", () => b.feed?.leading === true, device.clock);
  await until("live", () => b.connection.peek().state === "live", device.clock);
  await settle();
  server.post("CTOWN", "UBOB", "e2");
  await settle();
  thaw();
  go();
  await settle();
  server.post("CTOWN", "UBOB", "e3");
  await pass(5);
  expect(texts(a)).toEqual(["old", "e1", "e2", "e3"]);
  expect(texts(b)).toEqual(["old", "e1", "e2", "e3"]);
});

test("a tab that has missed batches has its features ask again", async () => {
  await visit();
  const { w } = await visit();
  let asked = 0;
  w.onRefresh(() => asked++);
  const other = device.channel("taut.T1.ann");
  other.post({ kind: "batch", rev: 9999, batch: { steps: [], tails: [] } });
  await settle();
  other.close();
  expect(asked).toBe(1);
});

test("drafts of two tabs without a network are both kept", async () => {
  const tabs = [await visit(), await visit()];
  for (const { w, platform } of tabs) {
    draftsOf(w);
    await pass(1);
    platform.setOnline(false);
  }
  server.hangUp();
  for (const [i, { w }] of tabs.entries()) {
    draftsOf(w).save("CTOWN", i === 0 ? undefined : "1.2", { text: `draft ${i}`, blocks: [] });
    await settle();
    await close(w);
  }
  const { w } = await visit();
  const drafts = draftsOf(w);
  await until("restored", () => drafts.list.peek().length === 2);
  expect(drafts.list.peek().map((d) => d.text)).toEqual(["draft 1", "draft 0"]);
});

test("a message whose answer was lost days ago is not sent a second time", async () => {
  const { w, platform } = await visit();
  const fetch = platform.fetch.bind(platform);
  let isPosted = false;
  platform.fetch = async (url, init) => {
    if (!url.endsWith("chat.postMessage")) return fetch(url, init);
    server.hangUp();
    platform.isOnline = false;
    await server.fetch(url, init);
    isPosted = true;
    throw new TypeError("lost");
  };
  w.outbox.send("CTOWN", { text: "once" });
  await until("posted", () => isPosted);
  await close(w);
  device.clock.advance(3 * 86_400_000);
  const posts = server.count("chat.postMessage");
  const { w: again } = await visit();
  expect(server.count("chat.postMessage")).toBe(posts);
  expect(again.outbox.pending.peek()).toBe(0);
  expect(texts(again)).toEqual(["old", "once"]);
});

test("a message that waited for days is for the person to send", async () => {
  const { w, platform } = await visit();
  platform.setOnline(false);
  server.hangUp();
  const key = w.outbox.send("CTOWN", { text: "late" });
  await pass(1);
  await close(w);
  device.clock.advance(3 * 86_400_000);
  const { w: again } = await visit();
  const local = again.timelines.of("CTOWN").message(key).peek()?.local;
  expect(local).toMatchObject({ state: "failed", error: "not_sent_in_time" });
  expect(sent()).toEqual(["old"]);
  again.outbox.retry(key);
  await until("sent", () => again.outbox.pending.peek() === 0, device.clock);
  expect(sent()).toEqual(["old", "late"]);
});
