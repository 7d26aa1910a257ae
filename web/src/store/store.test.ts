import { beforeEach, describe, expect, test } from "vitest";
import type { Batch } from "../sync/batch";
import type { TailState } from "../sync/tail";
import { Device } from "../testing/platform";
import type { WireEvent } from "../wire/events";
import type { Message } from "../wire/objects";
import { maxKept } from "./commit";
import { Store } from "./store";

let device: Device;
let store: Store;

const nobody = { fetch: () => Promise.reject(new TypeError("none")), socket: () => {} };

beforeEach(async () => {
  device = new Device();
  store = await open();
});

function open(): Promise<Store> {
  return Store.open(device.tab(nobody), "T1", "ann");
}

const ts = (n: number) => `1700000000.${String(n).padStart(6, "0")}`;

function tail(seq: number, more: Partial<TailState> = {}): TailState {
  return { stream: "C1", seq, incarnation: "one", gone: false, left: 0, joins: [], ...more };
}

/** A batch of one event of C1. */
function event(seq: number, e: Record<string, unknown>): Batch {
  const full = { channel: "C1", stream: "C1", seq, ...e } as unknown as WireEvent;
  return { steps: [{ kind: "event", event: full, stream: "C1", seq }], tails: [tail(seq)] };
}

const posted = (seq: number, more: Record<string, unknown> = {}) =>
  event(seq, { type: "message", user: "U2", text: `text ${seq}`, ts: ts(seq), ...more });

/** The timeline of C1 is kept from its start on. */
async function keep(messages: Message[] = []): Promise<void> {
  await store.commit({ steps: [], tails: [tail(0)] });
  expect(await store.keepTimeline("C1", "C1", messages, { seq: 0, atStart: true })).toBe(true);
}

const texts = async (key = "C1") => (await store.timeline(key))?.messages.map((m) => m.text);

describe("a batch", () => {
  test("is kept with its cursors, and counted", async () => {
    await keep();
    expect(await store.commit(posted(1))).toBe(2);
    expect(await store.commit(posted(2))).toBe(3);
    const kept = await (await open()).load();
    expect(kept.rev).toBe(3);
    expect(kept.tails).toEqual([tail(2)]);
    expect(await texts()).toEqual(["text 1", "text 2"]);
  });

  test("after a discontinuity counts in the log that it is of", async () => {
    await store.commit(posted(100));
    await store.putWaiting("outbox", { id: "key", channel: "C1", created: 1, state: "waiting", draft: {} });
    const anew = posted(6, { client_msg_id: "key" });
    await store.commit({ steps: [{ kind: "lost", stream: "C1", head: 5 }, ...anew.steps], tails: [tail(6)] });
    expect((await store.load()).tails).toEqual([tail(6)]);
    expect(await store.waiting("outbox")).toEqual([]);
  });

  test("that another tab has kept already changes nothing", async () => {
    await keep();
    await store.commit(posted(1));
    await store.commit(
      event(2, { type: "reaction_added", user: "U1", reaction: "tada", item: { channel: "C1", ts: ts(1) } }),
    );
    const other = await open();
    await other.commit(posted(1));
    const again = event(2, {
      type: "reaction_added",
      user: "U3",
      reaction: "tada",
      item: { channel: "C1", ts: ts(1) },
    });
    await other.commit(again);
    expect((await store.timeline("C1"))?.messages[0]?.reactions).toEqual([{ name: "tada", users: ["U1"], count: 1 }]);
    expect((await store.load()).tails).toEqual([tail(2)]);
  });

  test("moves no cursor back, save to another log", async () => {
    await store.commit({ steps: [], tails: [tail(9)] });
    await store.commit({ steps: [], tails: [tail(5)] });
    expect((await store.load()).tails[0]?.seq).toBe(9);
    await store.commit({ steps: [], tails: [tail(3, { incarnation: "two" })] });
    expect((await store.load()).tails[0]).toEqual(tail(3, { incarnation: "two" }));
  });

  test("that fails leaves all as it was, and nothing is kept after it", async () => {
    await keep();
    await store.commit(posted(1));
    const broken = posted(2);
    broken.tails.push({ ...tail(1), stream: undefined as unknown as string });
    await store.commit(broken);
    expect(store.durable).toBe(false);
    await store.commit(posted(3));
    const after = await open();
    expect((await after.load()).tails).toEqual([tail(1)]);
    expect((await after.timeline("C1"))?.messages.map((m) => m.text)).toEqual(["text 1"]);
  });
});

describe("a message", () => {
  test("is changed where it stands", async () => {
    await keep();
    await store.commit(posted(1));
    await store.commit(
      event(2, {
        type: "message",
        subtype: "message_changed",
        hidden: true,
        ts: ts(2),
        message: { ts: ts(1), text: "new", user: "U2" },
      }),
    );
    expect(await texts()).toEqual(["new"]);
  });

  test("that is deleted leaves no text, not in copies of it either", async () => {
    await keep();
    await store.commit(posted(1));
    const root = { ts: ts(1), text: "text 1", user: "U2", reply_count: 1 };
    await store.commit(posted(2, { thread_ts: ts(1), subtype: "thread_broadcast", root }));
    await store.commit(
      event(3, {
        type: "message",
        subtype: "message_deleted",
        hidden: true,
        ts: ts(3),
        deleted_ts: ts(1),
        previous_message: { ts: ts(1), reply_count: 1 },
      }),
    );
    expect(JSON.stringify(await store.timeline("C1"))).not.toContain("text 1");
    await store.commit(
      event(4, {
        type: "message",
        subtype: "message_deleted",
        hidden: true,
        ts: ts(4),
        deleted_ts: ts(2),
        previous_message: { ts: ts(2) },
      }),
    );
    expect((await store.timeline("C1"))?.messages.map((m) => m.subtype)).toEqual(["tombstone"]);
  });

  test("goes with the history before it", async () => {
    await keep();
    for (const seq of [1, 2, 3]) await store.commit(posted(seq));
    await store.commit(event(4, { type: "channel_history_changed", latest: ts(2), ts: ts(2) }));
    expect(await texts()).toEqual(["text 3"]);
  });

  test("of a thread is kept with the thread, where that is kept", async () => {
    await keep();
    await store.keepTimeline(`C1/${ts(1)}`, "C1", [{ ts: ts(1), text: "root" }], { seq: 0, atStart: true });
    await store.commit(posted(2, { thread_ts: ts(1) }));
    await store.commit(posted(3, { thread_ts: ts(2) }));
    expect(await texts(`C1/${ts(1)}`)).toEqual(["root", "text 2"]);
    expect(await texts()).toEqual([]);
  });

  test("for one person's eyes is not kept", async () => {
    await keep();
    const e = { type: "message", channel: "C1", ts: ts(1), text: "psst" } as unknown as WireEvent;
    await store.commit({ steps: [{ kind: "event", event: e }], tails: [] });
    expect(await texts()).toEqual([]);
  });

  test("is let go when there are too many", async () => {
    await keep();
    const many: Batch = { steps: [], tails: [tail(maxKept + 5)] };
    for (let seq = 1; seq <= maxKept + 5; seq++) many.steps.push(...posted(seq).steps);
    await store.commit(many);
    const kept = await store.timeline("C1");
    expect(kept?.messages.length).toBeLessThanOrEqual(maxKept);
    expect(kept?.messages.at(-1)?.text).toBe(`text ${maxKept + 5}`);
    expect(kept?.atStart).toBe(false);
  });
});

describe("a stream", () => {
  test.each(["lost", "gone"] as const)("that is %s leaves nothing of its messages", async (kind) => {
    await keep();
    await store.commit(posted(1));
    const step = kind === "lost" ? { kind, stream: "C1", head: 9 } : { kind, stream: "C1" };
    await store.commit({ steps: [step], tails: [tail(9, { gone: kind === "gone" })] });
    expect(await store.timeline("C1")).toBeUndefined();
  });
});

describe("a page", () => {
  test("goes before what is kept, and only there", async () => {
    await keep([]);
    await store.keepTimeline("C1", "C1", [{ ts: ts(50), text: "50" }], { seq: 0, atStart: false });
    await store.keepTimeline("C1", "C1", [{ ts: ts(20), text: "20" }], { seq: 0, atStart: false, before: ts(50) });
    await store.keepTimeline("C1", "C1", [{ ts: ts(5), text: "5" }], { seq: 0, atStart: true, before: ts(10) });
    expect(await texts()).toEqual(["20", "50"]);
  });

  test("of a moment that is over is not kept", async () => {
    await keep();
    await store.commit(posted(1));
    expect(await store.keepTimeline("C1", "C1", [], { seq: 0, atStart: true })).toBe(false);
    expect(await texts()).toEqual(["text 1"]);
  });
});

test("an odd event keeps no other from being kept", async () => {
  await keep();
  await store.commit(posted(1));
  await store.commit(event(2, { type: "reaction_added", user: "U1" }));
  await store.commit(event(3, { type: "message", subtype: "message_changed", message: null }));
  await store.commit(event(4, { type: "channel_rename", channel: null }));
  await store.commit(posted(5));
  expect(store.durable).toBe(true);
  expect(await texts()).toEqual(["text 1", "text 5"]);
});

test("pictures are asked from the address that the page came from", async () => {
  await keep();
  const file = {
    id: "F1",
    url_private: "http://taut.internal:8080/files-pri/T1-F1/a.png",
    thumb_64: "https://cdn.example/b.png",
  };
  await store.commit(posted(1, { files: [file] }));
  const kept = (await store.timeline("C1"))?.messages[0]?.files;
  expect(kept).toEqual([{ id: "F1", url_private: "/files-pri/T1-F1/a.png", thumb_64: "https://cdn.example/b.png" }]);
});

test("what was sent and has arrived is not sent again", async () => {
  await store.putWaiting("outbox", { id: "id-1", channel: "C1", created: 1, state: "waiting", draft: {} });
  await store.commit(posted(1, { client_msg_id: "id-1" }));
  expect(await store.waiting("outbox")).toEqual([]);
});

test("a browser that keeps nothing is no obstacle", async () => {
  const none = Store.none(device.tab(nobody));
  expect(none.durable).toBe(false);
  expect(await none.commit(posted(1))).toBe(1);
  expect(await none.timeline("C1")).toBeUndefined();
  await none.destroy();
});

test("signing out wipes it, for other tabs too", async () => {
  const other = await open();
  await store.commit(posted(1));
  await store.destroy();
  expect(await device.indexedDB.databases()).toEqual([]);
  expect(await other.commit(posted(2))).toBeGreaterThan(0);
});
