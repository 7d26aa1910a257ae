import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { settle, until } from "../testing/platform";
import { type Visit, Visits } from "../testing/visits";
import { draftsOf } from "./drafts";

let at: Visits;
let server: Visits["server"];

beforeEach(() => {
  at = new Visits();
  ({ server } = at);
  server.topics.set("CSECRET", "the merger");
  server.world.join("CSECRET");
  server.post("CSECRET", "UBOB", "do not tell");
});

afterEach(() => at.closeAll());

const names = ({ w }: Visit) => w.channels.list.peek().map((c) => c.name);

/** All that the device keeps of channels. */
async function kept(): Promise<string> {
  const db = await answered(at.device.indexedDB.open("taut.T1.ann"));
  const stores = ["channels", "messages", "ranges", "values", "outbox", "operations"];
  const tx = db.transaction(stores);
  const all = await Promise.all(stores.map((name) => answered(tx.objectStore(name).getAll())));
  db.close();
  return JSON.stringify(all);
}

/** What is written to disk is there when it is there. */
const patient = { timeout: 10_000 };

function answered<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

async function member(): Promise<Visit> {
  const v = await at.live();
  await until("there", () => names(v).includes("csecret"), at.clock);
  v.w.timelines.of("CSECRET").messages.subscribe(() => {});
  await settle();
  return v;
}

const expectGone = (...tabs: Visit[]) => expectNone("CSECRET", /csecret|merger|do not tell/, tabs);

async function expectNone(channel: string, signs: RegExp, tabs: Visit[]): Promise<void> {
  await until("gone", () => tabs.every((v) => v.w.channels.missing(channel).peek()), at.clock);
  await settle();
  for (const { w } of tabs) {
    expect(w.channels.list.peek().map((c) => c.id)).not.toContain(channel);
    expect(w.channels.peek(channel)).toBeUndefined();
    expect(w.timelines.of(channel).messages.peek()).toEqual([]);
  }
  await expect.poll(kept, patient).not.toMatch(signs);
}

describe("a private channel that is left", () => {
  test("is gone from memory and disk, in all tabs", async () => {
    const tabs = [await member(), await member()];
    expect(await kept()).toMatch(/merger.*do not tell/);
    const lost: string[] = [];
    for (const { w } of tabs) w.channels.onLost((id) => lost.push(id));
    server.world.leave("CSECRET");
    await expectGone(...tabs);
    expect(lost).toEqual(["CSECRET", "CSECRET"]);
  });

  test("takes along what waits for it, and says so", async () => {
    const [v, follower] = [await member(), await member()];
    const [m] = server.messages.get("CSECRET") ?? [];
    const told: string[] = [];
    v.w.operations.onRefused((code) => told.push(code));
    at.cut();
    v.w.outbox.send("CSECRET", { text: "I think of the merger" });
    v.w.operations.edit("CSECRET", m?.ts ?? "", { text: "do not tell of the merger" }).catch(() => {});
    draftsOf(v.w).save("CSECRET", undefined, { text: "one more merger", blocks: [] });
    await until("shared", () => follower.w.outbox.pending.peek() === 1, at.clock);
    await expect.poll(kept, patient).toMatch(/one more merger.*I think of the merger/);
    server.world.leave("CSECRET");
    at.mend();
    await expectGone(v, follower);
    for (const { w } of [v, follower]) expect([w.outbox.pending.peek(), w.operations.pending.peek()]).toEqual([0, 0]);
    expect(new Set(told)).toEqual(new Set(["channel_lost"]));
    expect(draftsOf(v.w).save("CSECRET", undefined, { text: "half a word of the merger", blocks: [] })).toBeUndefined();
    await expectGone(v);
  });

  test("takes along what waited for it at the next visit, if it went meanwhile", async () => {
    const v = await member();
    at.cut();
    v.w.outbox.send("CSECRET", { text: "I think of the merger" });
    await expect.poll(kept, patient).toMatch(/I think of the merger/);
    await v.w.store.dropChannel("CSECRET"); // as a tab without this one's messages did
    await at.close(v);
    server.world.leave("CSECRET");
    at.mend();
    const again = await at.live();
    await until("asked", () => again.w.outbox.pending.peek() === 0, at.clock);
    await expectGone(again);
  });

  test("while nobody is there is gone when they are back, and does not come back with the next visit", async () => {
    const v = await member();
    await at.close(v);
    server.world.leave("CSECRET");
    const again = await at.live();
    await expectGone(again);
    await at.close(again);
    at.cut();
    const last = await at.visit();
    expect(names(last)).toEqual(["ctown"]);
  });

  test("is gone also where nothing but the server's list tells of it", async () => {
    const v = await member();
    await at.close(v);
    server.world.leave("CSECRET");
    server.world.restore(() => 0); // another log, in which no leave stands
    await expectGone(await at.live());
  });

  test("is there again when one is invited again", async () => {
    const v = await member();
    server.world.leave("CSECRET");
    await expectGone(v);
    server.world.join("CSECRET");
    await until("back", () => names(v).includes("csecret"), at.clock);
    expect(v.w.channels.missing("CSECRET").peek()).toBe(false);
  });
});

describe("a public channel that is made private", () => {
  const signs = /cplans|out in the open/;

  beforeEach(() => {
    server.post("CPLANS", "UBOB", "out in the open");
  });

  /** A tab in which somebody looks at it without being in it. */
  async function onlooker(): Promise<Visit> {
    const v = await at.live();
    v.w.channels.get("CPLANS");
    const { messages } = v.w.timelines.of("CPLANS");
    messages.subscribe(() => {});
    await until("shown", () => messages.peek().length > 0 && v.w.channels.peek("CPLANS") !== undefined, at.clock);
    await settle();
    return v;
  }

  /** Some time of one connection, for which it has to be enough: the next one looks anew. */
  async function minute(): Promise<void> {
    const connections = server.count("rtm.connect");
    for (let n = 0; n < 60; n++) {
      server.post("CTOWN", "UBOB", "still here");
      at.clock.advance(1_000);
      await settle(5);
    }
    expect(server.count("rtm.connect")).toBe(connections);
    expect([...at.open].filter(({ w }) => w.channels.peek("CPLANS"))).toEqual([]);
  }

  test("is gone for who only looked at it, from memory and disk, in all tabs", async () => {
    const tabs = [await onlooker(), await onlooker()];
    expect(await kept()).toMatch(signs);
    const lost: string[] = [];
    for (const { w } of tabs) w.channels.onLost((id) => lost.push(id));
    server.convert("CPLANS");
    await expectNone("CPLANS", signs, tabs);
    expect(lost).toEqual(["CPLANS", "CPLANS"]);
  });

  test("while nobody is there is gone when they are back", async () => {
    const v = await onlooker();
    await at.close(v);
    server.convert("CPLANS");
    await expectNone("CPLANS", signs, [await at.live()]);
  });

  test("while nobody is there is gone also from a tab that comes after the connection", async () => {
    const v = await onlooker();
    await at.close(v);
    server.secret.add("CPLANS");
    const tabs = [await at.live(), await at.live()];
    expect(tabs.map(({ w }) => w.channels.peek("CPLANS")?.name)).toEqual(["cplans", "cplans"]);
    await minute();
    await expectNone("CPLANS", signs, tabs);
  });

  test.each(["client.channels", "conversations.info"])("is gone also where %s fails for a while", async (method) => {
    const v = await onlooker();
    await at.close(v);
    server.secret.add("CPLANS");
    server.failures.set(method, Array(4).fill("service_unavailable"));
    const back = await at.live();
    await minute();
    await expectNone("CPLANS", signs, [back]);
  });

  test("goes on for who is in it", async () => {
    server.world.join("CPLANS");
    const v = await at.live();
    await until("there", () => names(v).includes("cplans"), at.clock);
    const { messages } = v.w.timelines.of("CPLANS");
    messages.subscribe(() => {});
    await settle();
    server.convert("CPLANS");
    server.post("CPLANS", "UBOB", "among us");
    const texts = () => messages.peek().map((ts) => v.w.timelines.peek("CPLANS", ts)?.text);
    await until("told", () => texts().at(-1) === "among us", at.clock);
    expect(v.w.channels.peek("CPLANS")).toMatchObject({ is_private: true, is_member: true });
    expect(texts()).toContain("out in the open");
  });
});

test("a public channel that is left can still be looked at", async () => {
  const v = await at.live();
  server.world.leave("CTOWN");
  await until("left", () => !names(v).includes("ctown"), at.clock);
  expect(v.w.channels.peek("CTOWN")).toMatchObject({ name: "ctown", is_member: false });
});
