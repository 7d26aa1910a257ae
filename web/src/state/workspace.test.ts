import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { Device, settle, type TestPlatform, until } from "../testing/platform";
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
  server.addUser("UBOB");
  server.world.join("CTOWN");
  open = [];
});

afterEach(async () => {
  for (const w of open) w.close();
  await settle();
});

interface Tab {
  w: Workspace;
  platform: TestPlatform;
  /** The texts of a timeline, which is watched. */
  texts(t: Timeline): (string | undefined)[];
}

/** Opens a tab and waits until it follows all. */
async function visit(o: { live?: boolean } = {}): Promise<Tab> {
  const platform = device.tab(server, open.length + 1);
  const w = createWorkspace(session, platform);
  open.push(w);
  await until("ready", () => w.status.peek() === "ready", device.clock);
  if (o.live !== false) await until("followed", () => w.seqOf("CTOWN") !== undefined, device.clock);
  await settle();
  return { w, platform, texts: (t) => t.messages.peek().map((k) => t.message(k).peek()?.text) };
}

function watch(w: Workspace, channel = "CTOWN", thread?: string): Timeline {
  const t = thread ? w.threads.of(channel, thread) : w.timelines.of(channel);
  t.messages.subscribe(() => {});
  return t;
}

async function leave(tab: Tab): Promise<void> {
  await settle();
  tab.w.close();
  open = open.filter((w) => w !== tab.w);
  await settle();
}

describe("a visit", () => {
  test("shows what is there and what comes", async () => {
    server.post("CTOWN", "UBOB", "one");
    const tab = await visit();
    const t = watch(tab.w);
    await until("loaded", () => t.messages.peek().length === 1, device.clock);
    server.post("CTOWN", "UBOB", "two");
    await until("two", () => t.messages.peek().length === 2);
    expect(tab.texts(t)).toEqual(["one", "two"]);
    expect(tab.w.unread.of("CTOWN").peek().unread).toBe(true);
    expect(tab.w.connection.peek()).toEqual({ state: "live" });
  });

  test("after another shows the same at once, and asks only for what is new", async () => {
    server.post("CTOWN", "UBOB", "one");
    const first = await visit();
    const t = watch(first.w);
    await until("loaded", () => t.messages.peek().length === 1, device.clock);
    await settle();
    server.post("CTOWN", "UBOB", "two");
    await until("two", () => t.messages.peek().length === 2);
    await leave(first);
    const three = server.post("CTOWN", "UBOB", "three");
    server.calls.length = 0;
    server.down = true;
    const second = await visit({ live: false });
    const again = watch(second.w);
    await until("kept", () => again.messages.peek().length === 2);
    expect(second.texts(again)).toEqual(["one", "two"]);
    server.down = false;
    await until("three", () => again.messages.peek().includes(three.ts), device.clock);
    expect(second.texts(again)).toEqual(["one", "two", "three"]);
    expect(server.count("conversations.history")).toBe(0);
  });

  test("of what is shown asks nothing until that is painted, and each thing once then", async () => {
    server.post("CTOWN", "UBOB", "one");
    const first = await visit();
    const t = watch(first.w);
    await until("loaded", () => t.messages.peek().length === 1, device.clock);
    await until("known", () => first.w.users.get("UBOB").peek() !== undefined, device.clock);
    await leave(first);
    server.calls.length = 0;

    let painted = () => {};
    const opening = {
      timelines: ["CTOWN"],
      painted: new Promise<void>((resolve) => {
        painted = resolve;
      }),
    };
    const w = createWorkspace(session, device.tab(server, 2), opening);
    open.push(w);
    await until("ready", () => w.status.peek() === "ready", device.clock);
    // At once, and not a moment later: what is drawn first has all of it.
    const again = w.timelines.of("CTOWN");
    expect(again.messages.peek().map((k) => again.message(k).peek()?.text)).toEqual(["one"]);
    expect(w.users.get("UBOB").peek()?.id).toBe("UBOB");
    await settle();
    expect(server.calls).toEqual([]);
    expect(w.connection.peek().state).toBe("connecting");

    const two = server.post("CTOWN", "UBOB", "two");
    painted();
    await until("live", () => w.connection.peek().state === "live", device.clock);
    await until("two", () => again.messages.peek().includes(two.ts), device.clock);
    await settle();
    for (const method of ["client.userBoot", "client.counts", "rtm.connect"]) expect(server.count(method)).toBe(1);
    expect(server.count("conversations.history")).toBe(0);
  });

  test("that begins without a server begins when there is one", async () => {
    server.down = true;
    const platform = device.tab(server);
    const w = createWorkspace(session, platform);
    open.push(w);
    await until("failed", () => w.status.peek() === "failed", device.clock);
    expect(w.error.peek()).toBe("no_answer");
    server.down = false;
    await until("ready", () => w.status.peek() === "ready", device.clock);
  });

  test("keeps nothing of a message that was deleted, nor of a channel that is not the caller's", async () => {
    const secret = server.post("CTOWN", "UBOB", "the secret word");
    server.world.join("CSIDE");
    server.post("CSIDE", "UBOB", "another secret");
    const tab = await visit();
    for (const c of ["CTOWN", "CSIDE"]) {
      const t = watch(tab.w, c);
      await until("loaded", () => t.messages.peek().length === 1, device.clock);
    }
    await settle();
    expect(await dump()).toContain("the secret word");
    server.remove("CTOWN", secret.ts);
    server.world.leave("CSIDE");
    await until("gone", () => tab.w.timelines.of("CTOWN").messages.peek().length === 0);
    await until("left", () => tab.w.channels.peek("CSIDE")?.is_member === false);
    await settle();
    expect(await dump()).not.toContain("secret");
    expect(tab.w.timelines.of("CSIDE").messages.peek()).toEqual([]);
  });

  test("whose session ends leaves nothing", async () => {
    server.post("CTOWN", "UBOB", "the secret word");
    const tab = await visit();
    const t = watch(tab.w);
    await until("loaded", () => t.messages.peek().length === 1, device.clock);
    server.hangUp(4500);
    await until("stopped", () => tab.w.connection.peek().state === "stopped");
    await settle();
    expect(await dump()).not.toContain("secret");
  });
});

describe("a connection that ends", () => {
  test("is made again, and nothing is missed", async () => {
    const tab = await visit();
    const t = watch(tab.w);
    await until("loaded", () => t.loading.peek() === "", device.clock);
    server.hangUp();
    expect(tab.w.connection.peek().state).toBe("waiting");
    server.post("CTOWN", "UBOB", "meanwhile");
    await until("meanwhile", () => t.messages.peek().length === 1, device.clock);
    expect(tab.texts(t)).toEqual(["meanwhile"]);
  });

  test("to a restored log loads anew", async () => {
    server.post("CTOWN", "UBOB", "one");
    const tab = await visit();
    const t = watch(tab.w);
    await until("loaded", () => t.messages.peek().length === 1, device.clock);
    server.hangUp();
    server.world.restore(() => 1);
    server.messages.set("CTOWN", []);
    server.post("CTOWN", "UBOB", "after the restore");
    await until("restored", () => tab.texts(t)[0] === "after the restore", device.clock);
    expect(tab.texts(t)).toEqual(["after the restore"]);
  });
});

describe("two tabs", () => {
  test("have one socket and the same state", async () => {
    const [a, b] = [await visit(), await visit()];
    expect(server.sockets).toBe(1);
    const [ta, tb] = [watch(a.w), watch(b.w)];
    await until("loaded", () => ta.loading.peek() === "" && tb.loading.peek() === "", device.clock);
    server.post("CTOWN", "UBOB", "both");
    await until("both", () => ta.messages.peek().length === 1 && tb.messages.peek().length === 1);
    expect(b.w.connection.peek()).toEqual({ state: "live" });
  });

  test("go on when the one that leads is frozen", async () => {
    const [a, b] = [await visit(), await visit()];
    const t = watch(b.w);
    await until("loaded", () => t.loading.peek() === "", device.clock);
    a.platform.freeze();
    b.platform.setVisible(true);
    await until("taken over", () => b.w.feed?.leading === true, device.clock);
    await until("deposed", () => a.w.feed?.leading === false);
    server.post("CTOWN", "UBOB", "after");
    await until("after", () => t.messages.peek().length === 1, device.clock);
    expect(server.sockets).toBe(1);
  });

  test("go on when the one that leads closes", async () => {
    const [a, b] = [await visit(), await visit()];
    const t = watch(b.w);
    await until("loaded", () => t.loading.peek() === "", device.clock);
    await leave(a);
    server.post("CTOWN", "UBOB", "after");
    await until("after", () => t.messages.peek().length === 1, device.clock);
    expect(server.sockets).toBe(1);
    expect(b.texts(t)).toEqual(["after"]);
  });
});

/** All that is on disk, as text. */
async function dump(): Promise<string> {
  const found: unknown[] = [];
  for (const { name } of await device.indexedDB.databases()) {
    const db = await new Promise<IDBDatabase>((resolve, reject) => {
      const r = device.indexedDB.open(name ?? "");
      r.onsuccess = () => resolve(r.result);
      r.onerror = () => reject(r.error);
    });
    for (const store of db.objectStoreNames) {
      await new Promise<void>((resolve) => {
        const r = db.transaction(store).objectStore(store).getAll();
        r.onsuccess = () => {
          found.push(r.result);
          resolve();
        };
      });
    }
    db.close();
  }
  return JSON.stringify(found);
}
