import { expect, test } from "vitest";
import { FakeRemote, Refusal } from "../testing/fake_remote";
import type { Message } from "../wire/objects";
import { Activity, isNew } from "./activity";
import { DraftsView } from "./drafts_view";
import { dueState, Later } from "./later";
import { hiddenReplies, latestOf, ThreadsView } from "./threads_view";
import { remaining, Unreads } from "./unreads";

const message = (ts: string, more: Partial<Message> = {}): Message => ({ text: `m${ts}`, ts, user: "U1", ...more });

const thread = (ts: string, replies: readonly Message[], unread: number) => ({
  root_msg: message(ts, {
    channel: "C1",
    thread_ts: ts,
    reply_count: replies.length + 3,
    unread_count: unread,
    last_read: ts,
  }),
  latest_replies: replies,
});

test("a thread that is here takes its replies in; others are news", async () => {
  const remote = new FakeRemote({
    "subscriptions.thread.getView": () => ({
      threads: [thread("1.0", [message("2.0", { thread_ts: "1.0" })], 1)],
      new_threads_count: 1,
    }),
    "subscriptions.thread.mark": () => ({}),
  });
  const view = new ThreadsView(remote);
  await view.threads.load();
  view.posted("C1", message("3.0", { thread_ts: "1.0" }), false);
  view.posted("C1", message("3.0", { thread_ts: "1.0" }), false);
  view.posted("C1", message("9.0"), false);
  const [first] = view.threads.items.value;
  if (first === undefined) throw new Error("no thread");
  expect(first.replies.map((r) => r.ts)).toEqual(["2.0", "3.0"]);
  expect(first.unread).toBe(2);
  expect(hiddenReplies(first)).toBe(3);
  expect(view.hasNews.value).toBe(false);
  view.posted("C1", message("4.0", { thread_ts: "0.5" }), false);
  expect(view.hasNews.value).toBe(true);

  await view.readAll();
  expect(remote.of("subscriptions.thread.mark")).toEqual([{ channel: "C1", thread_ts: "1.0", ts: latestOf(first) }]);
  expect(view.unreadThreads.value).toBe(0);

  view.changed("C1", message("3.0", { thread_ts: "1.0", text: "edited" }));
  expect(view.threads.items.value[0]?.replies[1]?.text).toBe("edited");
  view.deleted("C1", "2.0");
  expect(view.threads.items.value[0]?.replies).toHaveLength(1);
  view.deleted("C1", "1.0");
  expect(view.threads.items.value).toEqual([]);
});

test("unfollowing that the server refuses is taken back", async () => {
  const remote = new FakeRemote({
    "subscriptions.thread.getView": () => ({ threads: [thread("1.0", [], 0)], new_threads_count: 0 }),
  });
  const view = new ThreadsView(remote);
  await view.threads.load();
  const [first] = view.threads.items.value;
  if (first === undefined) throw new Error("no thread");
  await expect(view.follow(first, false)).rejects.toMatchObject({ code: "unknown_method" });
  expect(view.threads.items.value[0]?.followed).toBe(true);
});

test("unreads are read place by place; one that fails is tried again alone", async () => {
  let broken = true;
  const remote = new FakeRemote({
    "conversations.history": ({ channel }) => {
      if (channel === "C2" && broken) throw new Refusal("no_answer");
      return { messages: [message("3.0"), message("2.0")], has_more: channel === "C1" };
    },
  });
  const unreads = new Unreads(remote);
  const place = (channel: string) => ({ channel, lastRead: "1.0", mentions: 0 });
  await unreads.open(["C1", "C2", "C3", "C4", "C5", "C6"].map(place));
  const [one, two] = unreads.channels.value;
  expect(one?.messages.map((m) => m.ts)).toEqual(["2.0", "3.0"]);
  expect(one?.hasMore).toBe(true);
  expect(two?.load).toEqual({ state: "failed", code: "no_answer" });
  broken = false;
  await unreads.again("C2");
  expect(unreads.channels.value[1]?.load.state).toBe("ready");
  expect(unreads.latest("C2")).toBe("3.0");
  unreads.done("C1", true);
  expect(remaining(unreads.channels.value)).toHaveLength(5);
  unreads.done("C1", false);
  unreads.fold("C3", true);
  await unreads.open(["C1", "C3"].map(place));
  expect(unreads.channels.value.map((c) => c.folded)).toEqual([false, true]);
});

test("a closed page takes no answers", async () => {
  let release: (value: unknown) => void = () => {};
  const remote = new FakeRemote({ "conversations.history": () => new Promise((resolve) => (release = resolve)) });
  const unreads = new Unreads(remote);
  const opened = unreads.open([{ channel: "C1", lastRead: "1.0", mentions: 0 }]);
  unreads.close();
  release({ messages: [message("2.0")] });
  await opened;
  expect(unreads.channels.value[0]?.messages).toEqual([]);
});

test("activity comes from the feed", async () => {
  const item = { key: "k", channel: "C1", user: "U2", ts: "1.0", message: message("1.0"), feed_ts: "5.0" };
  const remote = new FakeRemote({
    "activity.feed": () => ({
      items: [
        { ...item, type: "message_reaction", reaction: { name: "eyes", users: ["U2"], count: 1 } },
        { ...item, type: "of_the_future" },
      ],
    }),
  });
  const activity = new Activity(remote);
  activity.show("reactions");
  await expect.poll(() => activity.lists.reactions.status.value.state).toBe("ready");
  const items = activity.lists.reactions.items.value;
  expect(items.map((i) => i.reason)).toEqual(["reaction"]);
  expect(items[0] && isNew(items[0], "4.0")).toBe(true);
  expect(remote.of("activity.feed")).toEqual([{ types: "message_reaction".replace("message_", ""), limit: 20 }]);
});

test("a server without a feed is searched for mentions", async () => {
  const match = { iid: "i", channel: { id: "C1", is_im: false }, user: "U2", ts: "1.0", text: "hi \uE000you\uE001" };
  const remote = new FakeRemote({
    "search.messages": () => ({
      messages: { matches: [match, { ...match, iid: "d", channel: { id: "D1", is_im: true } }], pagination: {} },
    }),
  });
  const activity = new Activity(remote);
  await activity.lists.all.load();
  expect(activity.searched.value).toBe(true);
  expect(activity.lists.all.items.value.map((i) => [i.reason, i.message.text])).toEqual([["you", "hi you"]]);
  await activity.lists.reactions.load();
  expect(activity.lists.reactions.items.value).toEqual([]);
});

const counts = { uncompleted_count: 1, uncompleted_overdue_count: 0, completed_count: 0, archived_count: 0 };
const saved = { item_id: "C1", ts: "1.0", date_created: 1, date_due: 0, date_completed: 0, message: null };

test("a saved item that is done goes from the list, and comes back where that is refused", async () => {
  const remote = new FakeRemote({ "saved.list": () => ({ saved_items: [saved], counts }), "saved.update": () => ({}) });
  const later = new Later(remote);
  later.show("saved");
  await expect.poll(() => later.lists.saved.status.value.state).toBe("ready");
  await later.remind(saved, 99);
  expect(later.lists.saved.items.value[0]?.date_due).toBe(99);
  remote.on("saved.list", () => ({ saved_items: [], counts: { ...counts, uncompleted_count: 0, completed_count: 1 } }));
  await later.mark(saved, "completed");
  expect(later.lists.saved.items.value).toEqual([]);
  expect(later.counts.value.completed_count).toBe(1);
  expect(remote.of("saved.update").at(-1)).toEqual({
    item_type: "message",
    item_id: "C1",
    ts: "1.0",
    mark: "completed",
  });

  later.lists.saved.set([saved]);
  remote.on("saved.update", () => {
    throw new Refusal("not_found");
  });
  await expect(later.mark(saved, "archived")).rejects.toMatchObject({ code: "not_found" });
  expect(later.lists.saved.items.value).toEqual([saved]);
});

test("when an item is due", () => {
  expect([dueState(0, 10, 20), dueState(5, 10, 20), dueState(15, 10, 20), dueState(30, 10, 20)]).toEqual([
    "none",
    "overdue",
    "today",
    "later",
  ]);
});

test("drafts without content are not shown; a new time makes the new message first", async () => {
  const draft = {
    id: "D",
    date_created: 1,
    last_updated_ts: "1.0",
    destinations: [],
    text: "x",
    blocks: [],
    file_ids: [],
  };
  const waiting = { id: "Q1", channel_id: "C1", post_at: 50, text: "later", blocks: [] };
  const remote = new FakeRemote({
    "drafts.list": () => ({
      drafts: [draft, { ...draft, id: "E", text: " " }, { ...draft, id: "G", is_deleted: true }],
    }),
    "chat.scheduledMessages.list": () => ({ scheduled_messages: [waiting] }),
    "chat.scheduleMessage": () => ({ scheduled_message_id: "Q2" }),
    "chat.deleteScheduledMessage": () => ({}),
  });
  const view = new DraftsView(remote);
  view.show("drafts");
  await expect.poll(() => view.drafts.items.value.map((d) => d.id)).toEqual(["D"]);
  await expect(view.discard(draft)).rejects.toMatchObject({ code: "unknown_method" });
  expect(view.drafts.items.value).toHaveLength(1);
  await view.reschedule(waiting, 60);
  expect(remote.asked.slice(-3).map((a) => a.method)).toEqual([
    "chat.scheduleMessage",
    "chat.deleteScheduledMessage",
    "chat.scheduledMessages.list",
  ]);
  expect(remote.of("chat.scheduleMessage")).toEqual([{ channel: "C1", text: "later", post_at: 60 }]);
  await view.sendNow(waiting, 99_001);
  expect(remote.asked.slice(-3).map((a) => a.method)).toEqual([
    "chat.scheduleMessage", // first: what dies on the way is sent twice rather than never
    "chat.deleteScheduledMessage",
    "chat.scheduledMessages.list",
  ]);
  expect(remote.of("chat.scheduleMessage").at(-1)).toMatchObject({ post_at: 105 });
});

test("a scheduled reply is sent now once, however often that is pressed, and to the channel where it was to be", async () => {
  const reply = { id: "Q1", channel_id: "C1", post_at: 50, text: "yes", thread_ts: "1.0", reply_broadcast: true };
  const remote = new FakeRemote({
    "chat.scheduledMessages.list": () => ({ scheduled_messages: [] }),
    "chat.scheduleMessage": () => ({ scheduled_message_id: "Q2" }),
    "chat.deleteScheduledMessage": () => ({}),
  });
  const view = new DraftsView(remote);
  await Promise.all([view.sendNow(reply, 99_000), view.sendNow(reply, 99_000), view.reschedule(reply, 200)]);
  expect(remote.of("chat.scheduleMessage")).toEqual([
    { channel: "C1", text: "yes", thread_ts: "1.0", reply_broadcast: true, post_at: 104 },
  ]);
  await view.reschedule(reply, 200);
  expect(remote.of("chat.scheduleMessage")).toHaveLength(2);
});

test("a scheduled message that goes out while it gets another time goes out once", async () => {
  const remote = new FakeRemote({
    "chat.scheduledMessages.list": () => ({ scheduled_messages: [] }),
    "chat.scheduleMessage": () => ({ scheduled_message_id: "Q2" }),
    "chat.deleteScheduledMessage": ({ scheduled_message_id: id }) => {
      if (id === "Q1") throw new Refusal("invalid_scheduled_message_id");
      return {};
    },
  });
  const moved = new DraftsView(remote).reschedule({ id: "Q1", channel_id: "C1", post_at: 50, text: "late" }, 60);
  await expect(moved).rejects.toMatchObject({ code: "invalid_scheduled_message_id" });
  expect(remote.of("chat.deleteScheduledMessage").map((args) => args.scheduled_message_id)).toEqual(["Q1", "Q2"]);
  expect(remote.of("chat.scheduledMessages.list")).toHaveLength(1);
});
