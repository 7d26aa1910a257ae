import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { settle, until } from "../testing/platform";
import { type Visit, Visits } from "../testing/visits";
import type { Previews, Uploads } from "./uploads";
import { maxKeptBytes } from "./uploads_kept";
import { uploadsOf } from "./uploads_rooms";
import { Signs } from "./uploads_signs";

const previews: Previews = { show: () => "blob:1", forget: () => {}, sizeOf: async () => undefined };

let at: Visits;

beforeEach(() => {
  at = new Visits();
});

afterEach(() => at.closeAll());

const composer = ({ w }: Visit, thread?: string) => uploadsOf(w, "CTOWN", thread, previews);
const file = (name: string, bytes = "abc") => ({ name, blob: new Blob([bytes], { type: "text/plain" }) });
const names = (u: Uploads) => u.list.peek().map((f) => f.name);
const isDone = (u: Uploads) => u.list.peek().length > 0 && u.list.peek().every((f) => f.state.peek().type === "done");

async function uploaded(v: Visit, ...all: string[]): Promise<Uploads> {
  const u = composer(v);
  u.add(all.map((name) => file(name)));
  await until("uploaded", () => isDone(u), at.clock);
  await settle();
  return u;
}

test("files outlast a reload, and are not uploaded twice", async () => {
  const a = await at.live();
  await uploaded(a, "plan.txt", "map.txt");
  await at.close(a);
  const b = await at.live();
  const u = composer(b);
  await until("back", () => names(u).length === 2, at.clock);
  expect(names(u).sort()).toEqual(["map.txt", "plan.txt"]);
  expect(isDone(u)).toBe(true);
  expect(await u.list.peek()[0]?.blob.text()).toBe("abc");
  expect(at.server.count("files.getUploadURLExternal")).toBe(2);
  expect(u.take()).toHaveLength(2);
  await settle();
  expect(await b.w.store.files()).toEqual([]);
});

test("files that were on their way, or whose bytes the server has thrown away, are uploaded again", async () => {
  const a = await at.live();
  await uploaded(a, "old.txt");
  at.cut();
  composer(a, "1.2").add([file("late.txt")]);
  await until("failed", () => composer(a, "1.2").failed.peek(), at.clock);
  await settle();
  await at.close(a);
  at.clock.advance(86_400_000);
  at.mend();
  const b = await at.live();
  await until("both", () => isDone(composer(b)) && isDone(composer(b, "1.2")), at.clock);
  expect(at.server.count("files.getUploadURLExternal")).toBe(3);
});

test("without a connection files wait for it", async () => {
  const a = await at.live();
  at.cut();
  const u = composer(a);
  u.add([file("plan.txt")]);
  await until("failed", () => u.failed.peek(), at.clock);
  at.mend();
  await until("uploaded", () => isDone(u), at.clock);
});

test("a file is in one tab's composer alone", async () => {
  const a = await at.live();
  const u = await uploaded(a, "plan.txt");
  const b = await at.live();
  const other = composer(b);
  at.clock.advance(10_000);
  await settle();
  expect([names(u), names(other)]).toEqual([["plan.txt"], []]);
});

test.each(["is shown", "waits for its composer"])(
  "a file that %s goes with the channel that one leaves",
  async (how) => {
    const a = await at.live();
    const u = await uploaded(a, "plan.txt");
    let b = a;
    if (how !== "is shown") {
      await at.close(a);
      b = await at.live();
      composer(b, "1.2"); // of the same channel, and another room
    }
    await settle();
    expect(await b.w.store.files()).toHaveLength(1);
    b.w.channels.left("CTOWN");
    await settle();
    expect(await b.w.store.files()).toEqual([]);
    expect(names(u)).toEqual([]);
  },
);

test("what was kept for a channel that was left elsewhere goes at the next visit", async () => {
  const a = await at.live();
  await uploaded(a, "plan.txt");
  await at.close(a);
  at.server.world.leave("CTOWN");
  const b = await at.visit();
  uploadsOf(b.w, "CHOME", undefined, previews);
  await until("let go", () => b.w.channels.peek("CTOWN")?.is_member !== true, at.clock);
  await settle();
  expect(await b.w.store.files()).toEqual([]);
});

describe("where the browser has no locks", () => {
  const tab = () => at.live(false);

  test("tabs that sign at the same time both live", () => {
    const sign = (name: string) => new Signs(at.device.tab(at.server), "taut.signs.T1.ann", name, () => {});
    const slow = at.device.tab(at.server);
    const { setItem } = slow.local;
    slow.local.setItem = (key, value) => {
      slow.local.setItem = setItem;
      sign("quick");
      setItem(key, value);
    };
    const signs = new Signs(slow, "taut.signs.T1.ann", "slow", () => {});
    expect(["slow", "quick", "none"].map((name) => signs.lives(name))).toEqual([true, true, false]);
  });

  test("a file outlasts a reload, and is in one tab alone", async () => {
    const a = await tab();
    await uploaded(a, "plan.txt");
    await at.close(a);
    const b = await tab();
    const u = composer(b);
    await until("back", () => names(u).length === 1);
    const c = await tab();
    const other = composer(c);
    at.clock.advance(30 * 60_000);
    await settle();
    expect([names(u), names(other)]).toEqual([["plan.txt"], []]);
  });

  test("what a tab leaves that dies is taken over later, and is the other's should it come back", async () => {
    const a = await tab();
    const u = await uploaded(a, "plan.txt");
    const back = a.platform.freeze();
    const b = await tab();
    const other = composer(b);
    at.clock.advance(9 * 60_000);
    await settle();
    expect(names(other)).toEqual([]);
    at.clock.advance(2 * 60_000);
    await until("taken over", () => names(other).length === 1);
    back();
    await settle();
    expect(names(u)).toEqual([]);
    expect(await a.w.store.files()).toHaveLength(1);
  });

  test("what a tab that died has left of a channel that one is not in goes as it is found", async () => {
    const a = await tab();
    await uploaded(a, "plan.txt");
    a.platform.freeze();
    const b = await tab();
    const other = composer(b);
    b.w.channels.left("CTOWN");
    await settle();
    expect(await b.w.store.files()).toHaveLength(1);
    at.clock.advance(11 * 60_000);
    await settle();
    expect([names(other), await b.w.store.files()]).toEqual([[], []]);
  });
});

test("what is taken out, or does not fit, is not kept", async () => {
  const a = await at.live();
  const u = await uploaded(a, "plan.txt");
  u.remove(u.list.peek()[0]?.key ?? "");
  await settle();
  expect(await a.w.store.files()).toEqual([]);
  const { blob } = file("huge.mov");
  vi.spyOn(blob, "size", "get").mockReturnValue(maxKeptBytes + 1);
  u.add([{ name: "huge.mov", blob }]);
  await until("told", () => u.unkept.peek(), at.clock);
  expect(await a.w.store.files()).toEqual([]);
  u.remove(u.list.peek()[0]?.key ?? "");
  expect(u.unkept.peek()).toBe(false);
});

test("a message that waits shows its picture after a reload, by an address of the new page", async () => {
  const a = await at.live();
  const u = composer(a);
  u.add([{ name: "map.png", blob: new Blob(["abc"], { type: "image/png" }) }]);
  await until("uploaded", () => isDone(u), at.clock);
  at.cut();
  const pictures = u.pictures();
  const id = a.w.outbox.send("CTOWN", { text: "the map", files: u.take(), pictures });
  await settle();
  await at.close(a);
  const b = await at.visit();
  await until("back", () => b.w.outbox.pendingMessage(id) !== undefined, at.clock);
  const url = b.w.outbox.pendingMessage(id)?.files?.[0]?.url_private ?? "";
  expect(await b.platform.shown.get(url)?.text()).toBe("abc");
  at.server.failures.set("files.completeUploadExternal", ["file_not_found"]);
  at.mend();
  await until("refused", () => b.w.outbox.pendingMessage(id)?.local?.state === "failed", at.clock);
  expect(b.platform.shown.size).toBe(1);
  b.w.outbox.discard(id);
  at.clock.advance(120_000);
  expect(b.platform.shown.size).toBe(0);
});

test("a message is kept without its pictures where there is no room for them", async () => {
  const a = await at.live();
  at.cut();
  vi.spyOn(a.w.store, "putWaiting").mockResolvedValueOnce(false);
  const id = a.w.outbox.send("CTOWN", { text: "the map", pictures: new Map([["F1", new Blob(["abc"])]]) });
  await until("kept", () => vi.mocked(a.w.store.putWaiting).mock.calls.length === 2, at.clock);
  await settle();
  await at.close(a);
  const b = await at.visit();
  await until("back", () => b.w.outbox.pendingMessage(id)?.text === "the map", at.clock);
});

test("messages that wait are kept with so many pictures in all, each by an address that ends with it", async () => {
  const a = await at.live();
  at.cut();
  const send = (id: string, bytes: number) => {
    const blob = new Blob(["abc"], { type: "image/png" });
    vi.spyOn(blob, "size", "get").mockReturnValue(bytes);
    const files = [{ id, name: "map.png", url_private: "blob:composer" }];
    return a.w.outbox.send("CTOWN", { text: id, files, pictures: new Map([[id, blob]]) });
  };
  const ids = [send("F1", 60e6), send("F2", 60e6), send("F3", 30e6)];
  const urls = ids.map((id) => a.w.outbox.pendingMessage(id)?.files?.[0]?.url_private);
  expect(urls.map((url) => a.platform.shown.has(url ?? ""))).toEqual([true, false, true]);
  await settle();
  const records = (await a.w.store.waiting("outbox")) ?? [];
  expect(JSON.stringify(records)).not.toContain("blob:");
  expect(records).toHaveLength(3);
  a.w.close();
  expect(a.platform.shown.size).toBe(0);
});

test("who signs out leaves no files", async () => {
  const a = await at.live();
  await uploaded(a, "plan.txt");
  await a.w.forget();
  expect(await at.device.indexedDB.databases()).toEqual([]);
});
