import { signal } from "@preact/signals-core";
import { expect, test } from "vitest";
import { type Answer, FakeRemote, Refusal } from "../testing/fake_remote";
import type { EventOf, EventType } from "../wire/events";
import type { DraftItem, ScheduledItem } from "./drafts_view";
import { quotedOf } from "./quoted";
import type { Match } from "./search";
import type { FollowedThread } from "./threads_view";
import { activityOf, browseOf, draftsViewOf, laterOf, react, searchOf, threadsViewOf, unreadsOf } from "./views";
import type { Workspace } from "./workspace";

/** A workspace of nothing but a server, events and a clock that stands. */
class Bare {
  readonly api: FakeRemote;
  readonly self = signal({ id: "U1" });
  readonly reactions: unknown[] = [];
  refuse = false;
  private readonly heard = new Map<string, ((event: unknown) => void)[]>();
  private readonly parts = new Map<unknown, unknown>();
  private waiting: (() => void)[] = [];

  readonly platform = {
    clock: {
      after: (_ms: number, f: () => void) => {
        this.waiting.push(f);
        return () => {
          this.waiting = this.waiting.filter((other) => other !== f);
        };
      },
    },
  };
  readonly lost: ((channel: string) => void)[] = [];
  readonly channels = {
    onLost: (f: (channel: string) => void) => {
      this.lost.push(f);
      return () => {};
    },
  };
  readonly operations = {
    react: async (...args: unknown[]) => {
      if (this.refuse) throw new Refusal("no_permission");
      this.reactions.push(args);
    },
  };

  constructor(answers: Readonly<Record<string, Answer>>) {
    this.api = new FakeRemote(answers);
  }

  on(type: string, f: (event: unknown) => void): () => void {
    this.heard.set(type, [...(this.heard.get(type) ?? []), f]);
    return () => {};
  }

  onRefresh(): () => void {
    return () => {};
  }

  part<T>(create: (w: Workspace) => T): T {
    if (!this.parts.has(create)) this.parts.set(create, create(this.workspace));
    return this.parts.get(create) as T;
  }

  get workspace(): Workspace {
    return this as unknown as Workspace;
  }

  tell<K extends EventType>(event: Omit<EventOf<K>, "stream" | "seq"> & { type: K }): void {
    for (const f of this.heard.get(event.type) ?? []) f(event);
  }

  /** pass lets the time pass that everything waits for. */
  pass(): void {
    const due = this.waiting;
    this.waiting = [];
    for (const f of due) f();
  }
}

const root = {
  channel: "C1",
  text: "root",
  ts: "1.000000",
  user: "U2",
  thread_ts: "1.000000",
  reply_count: 1,
  unread_count: 0,
};
const reply = { text: "reply", ts: "2.000000", user: "U2", thread_ts: "1.000000" };
const threads = {
  "subscriptions.thread.getView": () => ({
    threads: [{ root_msg: root, latest_replies: [reply] }],
    new_threads_count: 0,
  }),
};

test("the threads page follows what happens to its messages", async () => {
  const w = new Bare(threads);
  const view = threadsViewOf(w.workspace);
  expect(threadsViewOf(w.workspace)).toBe(view);
  w.tell({ type: "message", channel: "C1", ts: "3.000000", thread_ts: "0.100000", text: "elsewhere" });
  expect(view.hasNews.value).toBe(false);
  await view.threads.load();
  const shown = () => view.threads.items.value[0];

  w.tell({ type: "message", channel: "C1", ts: "3.000000", thread_ts: "1.000000", text: "more", user: "U2" });
  expect(shown()?.replies.map((m) => m.text)).toEqual(["reply", "more"]);
  w.tell({
    type: "message",
    subtype: "message_changed",
    channel: "C1",
    ts: "4.000000",
    text: "",
    message: { ...reply, text: "edited" },
  });
  expect(shown()?.replies[0]?.text).toBe("edited");
  w.tell({
    type: "reaction_added",
    user: "U3",
    reaction: "eyes",
    item: { type: "message", channel: "C1", ts: "2.000000" },
  });
  expect(shown()?.replies[0]?.reactions).toEqual([{ name: "eyes", users: ["U3"], count: 1 }]);
  w.tell({
    type: "reaction_removed",
    user: "U3",
    reaction: "eyes",
    item: { type: "message", channel: "C1", ts: "2.000000" },
  });
  expect(shown()?.replies[0]?.reactions).toBeUndefined();
  w.tell({
    type: "message",
    subtype: "message_deleted",
    channel: "C1",
    ts: "5.000000",
    deleted_ts: "3.000000",
    text: "",
  });
  expect(shown()?.replies).toHaveLength(1);
});

test("one's own reaction is there at once, and gone where it is refused", async () => {
  const w = new Bare(threads);
  const view = threadsViewOf(w.workspace);
  await view.threads.load();
  const shown = () => view.threads.items.value[0]?.replies[0];
  const first = shown();
  if (first === undefined) throw new Error("no reply");
  const done = react(w.workspace, view, "C1", first, "tada");
  expect(shown()?.reactions?.[0]?.users).toEqual(["U1"]);
  await done;
  expect(w.reactions).toEqual([["C1", "2.000000", "tada", true]]);
  // The event of it changes nothing.
  w.tell({
    type: "reaction_added",
    user: "U1",
    reaction: "tada",
    item: { type: "message", channel: "C1", ts: "2.000000" },
  });
  expect(shown()?.reactions?.[0]?.count).toBe(1);
  w.refuse = true;
  const now = shown();
  if (now === undefined) throw new Error("no reply");
  await expect(react(w.workspace, view, "C1", now, "tada")).rejects.toMatchObject({ code: "no_permission" });
  expect(shown()?.reactions?.[0]?.count).toBe(1);
});

test("activity that is open asks again, once for several events", async () => {
  const w = new Bare({ "activity.feed": () => ({ items: [] }) });
  const activity = activityOf(w.workspace);
  w.tell({ type: "message", channel: "C1", ts: "1.000000", text: "hi <@U1>", user: "U2" });
  w.pass();
  expect(w.api.asked).toEqual([]);
  await activity.lists.all.load();
  for (const text of ["<@U1>", "and <@U1> again"])
    w.tell({ type: "message", channel: "C1", ts: "2.000000", text, user: "U2" });
  w.tell({ type: "message", channel: "C1", ts: "3.000000", text: "nothing to do with it", user: "U2" });
  w.tell({ type: "message", channel: "C1", ts: "4.000000", text: "<@U1>, I", user: "U1" });
  w.pass();
  expect(w.api.of("activity.feed")).toHaveLength(2);
  w.tell({
    type: "reaction_added",
    user: "U2",
    reaction: "eyes",
    item_user: "U1",
    item: { type: "message", channel: "C1", ts: "1.000000" },
  });
  w.pass();
  expect(w.api.of("activity.feed")).toHaveLength(3);
});

test("what another device saves is here", async () => {
  const counts = { uncompleted_count: 0, uncompleted_overdue_count: 0, completed_count: 0, archived_count: 0 };
  const w = new Bare({ "saved.list": () => ({ saved_items: [], counts }) });
  const later = laterOf(w.workspace);
  const event = { item_type: "message", item_id: "C1", ts: "1.000000", state: "saved", date_due: 0, date_completed: 0 };
  w.tell({ type: "saved_added", ...event });
  w.pass();
  expect(w.api.asked).toEqual([]);
  await later.lists.saved.load();
  w.tell({ type: "saved_added", ...event });
  w.pass();
  expect(w.api.of("saved.list")).toHaveLength(2);
});

test("of a channel that one may know nothing of any more nothing stays listed", async () => {
  const found = { total: 2, pagination: {} };
  const files = (n: number) => Array.from({ length: n }, (_, i) => ({ id: `F${i}` }));
  let asked = 0;
  const w = new Bare({
    "conversations.list": () => ({ channels: [{ id: "C1" }, { id: "C2" }] }),
    "search.messages": () => ({
      messages: { ...found, matches: ["C1", "C2"].map((id) => ({ iid: id, channel: { id } }) as Match) },
    }),
    "search.files": () => ({ files: { ...found, matches: files(asked++ === 0 ? 2 : 1) } }),
    "conversations.history": () => ({ messages: [{ ts: "1.0", text: "hi" }] }),
  });
  const [browse, search, threads] = [browseOf(w.workspace), searchOf(w.workspace), threadsViewOf(w.workspace)];
  await browse.open();
  search.run("hi");
  await expect.poll(() => search.files.items.peek()).toHaveLength(2);
  const quotes = ["C1", "C2"].map((channel) => quotedOf(w.workspace).of({ channel, ts: "1.0" }));
  await expect.poll(() => quotes.map((q) => q.peek().state)).toEqual(["ready", "ready"]);
  threads.threads.set(["C1", "C2"].map((channel) => ({ channel, root: { ts: "1.0" } }) as FollowedThread));
  const [unreads, drafts] = [unreadsOf(w.workspace), draftsViewOf(w.workspace)];
  await unreads.open(["C1", "C2"].map((channel) => ({ channel, lastRead: "0", mentions: 0 })));
  drafts.drafts.set(["C1", "C2"].map((id) => ({ id, destinations: [{ channel_id: id }] }) as unknown as DraftItem));
  drafts.scheduled.set(["C1", "C2"].map((id) => ({ id, channel_id: id }) as ScheduledItem));
  drafts.sent.set(["C1", "C2"].map((id) => ({ iid: id, channel: { id } }) as Match));
  for (const f of w.lost) f("C1");
  expect(unreads.channels.peek().map((c) => c.channel)).toEqual(["C2"]);
  expect(drafts.drafts.items.peek().map((d) => d.id)).toEqual(["C2"]);
  expect(drafts.scheduled.items.peek().map((m) => m.id)).toEqual(["C2"]);
  expect(drafts.sent.items.peek().map((m) => m.iid)).toEqual(["C2"]);
  expect(browse.channels.items.peek().map((c) => c.id)).toEqual(["C2"]);
  expect(search.messages.items.peek().map((m) => m.channel.id)).toEqual(["C2"]);
  expect(search.messageTotal.peek()).toBe(1);
  expect(threads.threads.items.peek().map((t) => t.channel)).toEqual(["C2"]);
  expect(quotes.map((q) => q.peek().state)).toEqual(["gone", "ready"]);
  expect(search.files.items.peek()).toEqual([]);
  await expect.poll(() => search.files.items.peek()).toHaveLength(1);
});
