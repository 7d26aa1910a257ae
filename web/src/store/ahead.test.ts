import { beforeEach, expect, test } from "vitest";
import type { Batch } from "../sync/batch";
import { Device } from "../testing/platform";
import { Ahead } from "./ahead";
import { deleteDatabase } from "./database";
import { Store } from "./store";

let device: Device;

const nobody = { fetch: () => Promise.reject(new TypeError("none")), socket: () => {} };
const open = (user: string, ahead?: Ahead) => Store.open(device.tab(nobody), "T1", user, ahead);
const readAhead = (shown: readonly string[] = []) => new Ahead(device.indexedDB, "T1", "ann", shown);

/** C1 is followed up to so many events, and its timeline is kept. */
const followed = (seq: number): Batch => ({
  steps: [],
  tails: [{ stream: "C1", seq, incarnation: "one", gone: false, left: 0, joins: [] }],
});

let other: Store;

beforeEach(async () => {
  device = new Device();
  other = await open("ann");
  await other.commit(followed(1));
  await other.keepTimeline("C1", "C1", [{ type: "message", ts: "1.000001", text: "one" }], { seq: 1, atStart: true });
});

test("what was read ahead is what a tab begins with", async () => {
  const store = await open("ann", readAhead(["C1"]));
  const { rev, timelines } = await store.load(["C1"]);
  expect(rev).toBe(1);
  expect(timelines.get("C1")?.messages.map((m) => m.text)).toEqual(["one"]);
});

test("what another tab kept since is not missed, nor a timeline that was not read", async () => {
  const ahead = readAhead();
  const store = await open("ann", ahead);
  await other.commit(followed(2));
  const { rev, tails } = await store.load();
  expect([rev, tails[0]?.seq]).toEqual([2, 2]);

  const shown = await (await open("ann", readAhead())).load(["C1"]);
  expect(shown.timelines.get("C1")?.messages.length).toBe(1);
});

test("what was read ahead is held no longer than until it is asked for", async () => {
  const ahead = readAhead();
  const db = await ahead.take("taut.T1.ann", () => {});
  if (!db) throw new Error("it is another's");
  expect((await ahead.read(db, []))?.rev).toBe(1);
  expect(await ahead.read(db, [])).toBeUndefined();
  ahead.close();
});

test("the database of somebody else is let go of", async () => {
  const ahead = readAhead();
  const store = await open("bob", ahead);
  expect((await store.load()).rev).toBe(0);
  other.close();
  await deleteDatabase(device.indexedDB, "taut.T1.ann");
  expect((await device.indexedDB.databases()).map((d) => d.name)).toEqual(["taut.T1.bob"]);
});

test("a database that was wiped meanwhile is made anew", async () => {
  const ahead = readAhead(["C1"]);
  await ahead.take("taut.T1.ann", () => {});
  await other.destroy();
  const store = await open("ann", ahead);
  expect((await store.load(["C1"])).timelines.size).toBe(0);
  await store.commit(followed(1));
  expect(store.durable).toBe(true);
});
