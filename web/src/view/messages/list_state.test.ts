import { batch, type Signal, signal } from "@preact/signals-core";
import { describe, expect, it, vi } from "vitest";
import type { Connection } from "../../net/connection";
import type { Timeline } from "../../state/timeline";
import type { Workspace } from "../../state/workspace";
import { settle } from "../../testing/platform";
import type { Message } from "../../wire/objects";
import { continues, sameDay } from "./author";
import { isTs, ListState, listStateOf } from "./list_state";

const at = (n: number) => `17600000${String(n).padStart(2, "0")}.000100`;

/** A channel of messages, by who wrote each; the person is "me". */
function stage(
  users: readonly string[],
  lastRead: string,
  unread: boolean,
  latest = "0000000000.000000",
  isCurrent = true,
) {
  const keys = signal(users.map((_, i) => at(i)));
  const messages = new Map(users.map((user, i) => [at(i), signal<Message | undefined>({ ts: at(i), user, text: "" })]));
  const timeline = {
    channel: "C1",
    thread: undefined,
    messages: keys,
    atStart: signal(true),
    atEnd: signal(true),
    message: (key: string) => messages.get(key) ?? signal(undefined),
  } as unknown as Timeline;
  const reading = signal({ unread, mentions: 0, lastRead, latest });
  const marked: string[] = [];
  const current = signal(isCurrent);
  const connection = signal<Connection>({ state: "live" });
  const w = {
    connection,
    self: signal({ id: "me" }),
    unread: {
      current,
      of: () => reading,
      mark: (_: string, ts: string) => {
        marked.push(ts);
        reading.value = { ...reading.value, lastRead: ts, unread: ts < latest };
      },
      markUnread: async (_: string, ts: string) => {
        reading.value = { ...reading.value, lastRead: keys.value.findLast((key) => key < ts) ?? "", unread: true };
      },
    },
  } as unknown as Workspace;
  const state = new ListState(w, timeline);
  const add = (user: string) => {
    const ts = at(keys.value.length);
    messages.set(ts, signal<Message | undefined>({ ts, user, text: "" }));
    keys.value = [...keys.value, ts];
  };
  /** Its author deletes it. */
  const remove = (ts: string) => {
    const message = messages.get(ts);
    if (message) message.value = undefined;
    keys.value = keys.value.filter((key) => key !== ts);
  };
  return { state, remove, timeline, reading, current, connection, marked, add };
}

describe("a list's line before what is new", () => {
  it("stands where the person had read up to, and stays while they read on", () => {
    const { state, marked } = stage(["a", "b", "c"], at(0), true);
    expect([state.firstNew.value, state.newCount.value.n]).toEqual([at(1), 2]);
    state.mark(at(2));
    expect(marked).toEqual([at(2)]);
    expect(state.firstNew.value).toBe(at(1));
    state.markRead();
    expect(state.firstNew.value).toBeUndefined();
  });

  it("stands where the first counts of a connection say, and before them nothing is read by looking", () => {
    const { state, reading, current, marked } = stage(["a", "b", "c"], at(2), false, at(2), false);
    state.mark(at(2));
    expect([state.firstNew.value, marked]).toEqual([undefined, []]);
    batch(() => {
      reading.value = { ...reading.value, unread: true, lastRead: at(0) };
      current.value = true;
    });
    expect(state.firstNew.value).toBe(at(1));
    state.mark(at(1));
    expect([state.firstNew.value, marked]).toEqual([at(1), [at(1)]]);
  });

  it("lets what is looked at be read while there is no connection: nothing can come that is not counted", () => {
    const { state, connection, marked } = stage(["a", "b"], at(0), true, at(1), false);
    connection.value = { state: "connecting" };
    state.mark(at(1));
    expect(marked).toEqual([]);
    connection.value = { state: "offline" };
    state.mark(at(1));
    expect(marked).toEqual([at(1)]);
  });

  it("stays where it was while one reads on without a connection", () => {
    const { state, connection, marked } = stage(["a", "b", "c"], at(0), true, at(2), false);
    connection.value = { state: "offline" };
    for (const n of [1, 2]) {
      state.mark(at(n));
      expect([state.firstNew.value, marked.at(-1)]).toEqual([at(1), at(n)]);
    }
  });

  it("comes back without a connection too, where somebody marks as unread", async () => {
    const { state, reading, connection, marked } = stage(["a", "b", "c"], at(2), false, at(2), false);
    connection.value = { state: "offline" };
    await state.markUnread(at(1));
    expect([state.firstNew.value, reading.value.unread]).toEqual([at(1), true]);
    state.mark(at(2));
    expect([marked, reading.value.unread]).toEqual([[], true]);
  });

  it("goes with the first counts where another device has read all, and stays gone where the person says so", () => {
    const { state, reading, current, marked } = stage(["a", "b"], at(0), true, at(1), false);
    expect(state.firstNew.value).toBe(at(1));
    state.mark(at(1));
    expect(marked).toEqual([]);
    state.markRead();
    expect([state.firstNew.value, marked]).toEqual([undefined, [at(1)]]);
    const other = stage(["a", "b"], at(0), true, at(1), false);
    batch(() => {
      other.reading.value = { ...other.reading.value, unread: false, lastRead: at(1) };
      other.current.value = true;
    });
    expect(other.state.firstNew.value).toBeUndefined();
    current.value = true;
    expect([state.firstNew.value, reading.value.lastRead]).toEqual([undefined, at(1)]);
  });

  it("counts no message of one's own", () => {
    const { state } = stage(["a", "b", "me", "c"], at(0), true);
    expect([state.firstNew.value, state.newCount.value.n]).toEqual([at(1), 2]);
  });

  it("is over when the last message is seen, though what was new is deleted", () => {
    const { state, marked } = stage(["a"], at(0), true);
    state.mark(at(0));
    state.mark(at(0));
    expect(marked).toEqual([at(0)]);
  });

  it("does not stand before one's own messages", () => {
    const { state, add } = stage(["a", "me", "b"], at(0), true);
    expect(state.firstNew.value).toBe(at(2));
    state.markRead();
    state.arrived(at(2));
    add("me");
    expect(state.firstNew.value).toBeUndefined();
    add("a");
    expect(state.firstNew.value).toBe(at(4));
  });

  it("comes back where somebody marks as unread, and nothing is marked as read by looking", () => {
    const { state, reading, marked } = stage(["a", "b", "c"], at(2), false);
    expect(state.firstNew.value).toBeUndefined();
    reading.value = { ...reading.value, unread: true, lastRead: at(0) };
    expect(state.firstNew.value).toBe(at(1));
    state.mark(at(2));
    expect(marked).toEqual([]);
    state.markRead();
    expect(marked).toEqual([at(2)]);
  });

  it("marks nothing twice", () => {
    const { state, marked } = stage(["a", "b"], at(0), true);
    state.mark(at(1));
    state.mark(at(1));
    state.mark(at(0));
    expect(marked).toEqual([at(1)]);
  });
});

describe("a list of which what is new is only partly loaded", () => {
  const part = (answer: () => Promise<unknown>) => {
    const s = stage(["a", "b", "c"], "1750000000.000100", true);
    const atStart = s.timeline.atStart as Signal<boolean>;
    Object.assign(s.state.w, { api: { call: vi.fn(answer) } });
    atStart.value = false;
    return { ...s, atStart };
  };
  const info = (last_read: string) => async () => ({ channel: { id: "C1", last_read, unread_count: 300 } });

  it("has no first new message, counts what the server does, and marks nothing by itself", async () => {
    const { state, marked, atStart } = part(info("1750000000.000100"));
    expect([state.newAbove.value, state.firstNew.value]).toEqual([true, undefined]);
    expect(state.newCount.value).toEqual({ n: 3, more: true });
    await expect.poll(() => state.newCount.value).toEqual({ n: 300, more: false });
    state.mark(at(2));
    expect(marked).toEqual([]);
    atStart.value = true; // the older pages are there
    expect([state.firstNew.value, state.newCount.value]).toEqual([at(0), { n: 3, more: false }]);
    state.mark(at(1));
    expect(marked).toEqual([at(1)]);
  });

  it("is read when the person says so, or goes to the latest", () => {
    const said = part(info(""));
    said.state.markRead();
    const went = part(info(""));
    went.state.passed = true;
    went.state.mark(at(2));
    expect([said.marked, went.marked]).toEqual([[at(2)], [at(2)]]);
  });

  it("takes no count of another place, and needs none", async () => {
    for (const answer of [info("1750000009.000100"), () => Promise.reject(new Error("offline"))]) {
      const { state } = part(answer);
      await settle();
      expect(state.newCount.value).toEqual({ n: 3, more: true });
    }
  });

  it("marks nothing while it is on its way to where it opens", () => {
    const { state, marked } = stage(["a", "b"], at(0), true);
    state.opening = true;
    state.mark(at(1));
    expect(marked).toEqual([]);
  });
});

describe("a list's news", () => {
  it("are what was posted since it was put up, not the pages that are loaded", () => {
    const { state, add } = stage(["a", "a"], at(3), false, at(3));
    expect(state.news()).toBeUndefined();
    add("a");
    add("a");
    expect(state.news()).toBeUndefined();
    add("b");
    expect(state.news()).toBe(at(3));
    expect(state.news()).toBeUndefined();
    expect(state.lastNews.value).toBe(at(4));
  });

  it("begin with what is shown first where nobody knows what the channel has", () => {
    const { state, add } = stage(["a"], at(0), false);
    expect(state.news()).toBeUndefined();
    add("b");
    expect(state.news()).toBe(at(0));
  });

  it("are no older messages that the list goes back to, nor what was seen before", () => {
    const { state, timeline } = stage(["a", "b", "c"], at(2), false, at(2));
    const keys = timeline.messages as Signal<readonly string[]>;
    state.news();
    keys.value = [at(0)];
    expect(state.news()).toBeUndefined();
    keys.value = [at(0), at(1), at(2)];
    expect(state.news()).toBeUndefined();
  });
});

describe("a list's rows", () => {
  it("have one that Tab comes to: that of the last focus, else the last", () => {
    const { state, add } = stage(["a", "b"], at(1), false);
    expect(state.tabStop.value).toBe(at(1));
    state.focused.value = at(0);
    add("a");
    expect(state.tabStop.value).toBe(at(0));
    state.focused.value = "gone";
    expect(state.tabStop.value).toBe(at(2));
  });

  it("stay active while their menu is open", () => {
    const { state } = stage(["a", "b"], at(1), false);
    state.point(at(0));
    state.menu.value = { key: at(0), kind: "more", anchor: { left: 0, top: 0, width: 0, height: 0 } };
    state.point(at(1));
    expect(state.active.value).toBe(at(0));
  });

  it("are found by what they show, while they are shown", () => {
    const { state, timeline } = stage(["a"], at(0), false);
    expect(listStateOf(timeline)).toBe(state);
    state.close();
    expect(listStateOf(timeline)).toBeUndefined();
  });

  it("know keys of the server's from their own", () => {
    expect([isTs("1700000000.000100"), isTs("0b1c2d3e-0000"), isTs("")]).toEqual([true, false, false]);
  });
});

describe("messages that follow each other", () => {
  const m = (ts: string, more: Partial<Message> = {}): Message => ({ ts, user: "a", text: "", ...more });
  const first = m("1760000000.000100");

  it.each([
    ["a minute later", m("1760000060.000100"), true],
    ["six minutes later", m("1760000360.000100"), false],
    ["by somebody else", m("1760000060.000100", { user: "b" }), false],
    ["by a program of theirs", m("1760000060.000100", { bot_id: "B1" }), false],
    ["under another name", m("1760000060.000100", { username: "x" }), false],
    ["that tells of the channel", m("1760000060.000100", { subtype: "channel_topic" }), false],
    ["from a thread", m("1760000060.000100", { subtype: "thread_broadcast" }), false],
  ])("%s", (_, next, together) => {
    expect(continues(next, first)).toBe(together);
  });

  it("are of one day by this device's clock", () => {
    const ts = (s: string) => `${new Date(s).getTime() / 1000}.000100`;
    expect(sameDay(ts("2026-03-01T00:00:01"), ts("2026-03-01T23:59:59"))).toBe(true);
    expect(sameDay(ts("2026-03-01T23:59:59"), ts("2026-03-02T00:00:01"))).toBe(false);
  });
});

describe("a row's menu", () => {
  it("goes with its message, and others can be pointed at again", () => {
    const { state, remove } = stage(["a", "b"], at(1), false);
    state.menu.value = { key: at(0), kind: "more", anchor: { left: 0, top: 0, width: 0, height: 0 } };
    state.point(at(1));
    expect(state.active.value).toBeUndefined();
    remove(at(0));
    expect(state.menu.value).toBeUndefined();
    state.point(at(1));
    expect(state.active.value).toBe(at(1));
  });
});
