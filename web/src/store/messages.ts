/**
 * What an event changes in messages, as pure functions: the database and the
 * timelines of every tab apply the same. All of them may be applied again to what
 * has them already, as a fetched page can hold what an event brings once more.
 */

import type { WireEvent } from "../wire/events";
import type { ChannelID, Message, Reaction, Ts, UserID } from "../wire/objects";
import { withOwnFiles } from "./own_urls";

export type MessageChange =
  /** A new message; one that is there already stays as it is. */
  | { kind: "add"; message: Message }
  /** A message becomes another, or goes (undefined), if it is there. */
  | { kind: "revise"; ts: Ts; f: (m: Message) => Message | undefined }
  /** Every message of the channel may. */
  | { kind: "sweep"; f: (m: Message) => Message | undefined };

export interface MessageChanges {
  channel: ChannelID;
  changes: MessageChange[];
}

/** The key of a channel's timeline, or of a thread's. */
export function timelineKey(channel: ChannelID, thread?: Ts): string {
  return thread ? `${channel}/${thread}` : channel;
}

/** The timelines that a message stands in. */
export function timelinesOf(channel: ChannelID, m: Message): string[] {
  const thread = m.thread_ts;
  const inChannel = !thread || thread === m.ts || m.subtype === "thread_broadcast";
  const keys = inChannel ? [channel] : [];
  if (thread) keys.push(timelineKey(channel, thread));
  return keys;
}

/**
 * What the event changes in messages; undefined where nothing. An event that lacks
 * what its type should have changes nothing: one that is odd must not keep the
 * others from disk and screen.
 */
export function messageChanges(e: WireEvent): MessageChanges | undefined {
  try {
    return changesOf(e);
  } catch {
    return undefined;
  }
}

/** What a change makes of a message that is there. */
export function revised(m: Message, f: (m: Message) => Message | undefined): Message | undefined {
  try {
    return f(m);
  } catch {
    return m;
  }
}

function changesOf(e: WireEvent): MessageChanges | undefined {
  switch (e.type) {
    case "message":
      return { channel: e.channel, changes: ofMessage(e) };
    case "reaction_added":
      return revise(e.item.channel, e.item.ts, (m) => withReaction(m, e.reaction, e.user, true));
    case "reaction_removed":
      return revise(e.item.channel, e.item.ts, (m) => withReaction(m, e.reaction, e.user, false));
    case "pin_added":
    case "pin_removed": {
      const ts = e.item?.message?.ts;
      if (!ts) return undefined;
      return revise(e.channel_id, ts, (m) => withPin(m, e.channel_id, e.type === "pin_added"));
    }
    case "channel_history_changed":
    case "group_history_changed":
    case "im_history_changed": {
      const channel = e.channel ?? e.stream;
      if (!channel) return undefined;
      return sweep(channel, (m) => (m.ts <= e.latest && !isRootOfLater(m, e.latest) ? undefined : m));
    }
    case "file_deleted":
      if (!e.stream) return undefined;
      return sweep(e.stream, (m) => withoutFile(m, e.file_id));
    default:
      return undefined;
  }
}

function revise(channel: ChannelID, ts: Ts, f: (m: Message) => Message | undefined): MessageChanges {
  return { channel, changes: [{ kind: "revise", ts, f }] };
}

function sweep(channel: ChannelID, f: (m: Message) => Message | undefined): MessageChanges {
  return { channel, changes: [{ kind: "sweep", f }] };
}

type MessageEvent = Extract<WireEvent, { type: "message" }>;

function ofMessage(e: MessageEvent): MessageChange[] {
  switch (e.subtype) {
    case "message_changed":
      return e.message ? changed(e.message) : [];
    case "message_deleted":
      return e.deleted_ts ? deleted(e.deleted_ts, e.previous_message) : [];
    case "message_replied":
      return e.message ? replied(e.message) : [];
    default:
      return e.hidden ? [] : [{ kind: "add", message: messageOf(e) }];
  }
}

/** The message of an event, without what only the event has. */
export function messageOf(e: MessageEvent | Message): Message {
  const m: Record<string, unknown> = { ...e };
  for (const key of eventKeys) delete m[key];
  return withOwnFiles(m as unknown as Message);
}

const eventKeys = ["type", "stream", "seq", "event_ts", "channel", "hidden", "previous_message"];

function changed(now: Message): MessageChange[] {
  const changes: MessageChange[] = [
    {
      kind: "revise",
      ts: now.ts,
      // Whatever has events of its own is as those made it.
      f: (m) => ({
        ...messageOf(now),
        text: now.text ?? "",
        reactions: m.reactions,
        pinned_to: m.pinned_to,
        subscribed: m.subscribed,
        last_read: m.last_read,
      }),
    },
  ];
  if (now.reply_count) changes.push(rootCopies(now.ts, { ...messageOf(now), root: undefined }));
  return changes;
}

function deleted(ts: Ts, previous: Message | undefined): MessageChange[] {
  if (!previous?.reply_count) return [{ kind: "revise", ts, f: () => undefined }];
  const stone = tombstone(ts, previous);
  return [{ kind: "revise", ts, f: () => stone }, rootCopies(ts, stone)];
}

/** What is shown of a deleted message that has replies. */
function tombstone(ts: Ts, previous: Message): Message {
  return {
    subtype: "tombstone",
    text: "This message was deleted.",
    user: "USLACKBOT",
    ts,
    thread_ts: ts,
    reply_count: previous.reply_count,
    reply_users: previous.reply_users,
    reply_users_count: previous.reply_users_count,
    latest_reply: previous.latest_reply,
  };
}

/** Replies that went to the channel too hold a copy of their root. */
function rootCopies(ts: Ts, root: Message): MessageChange {
  return { kind: "sweep", f: (m) => (m.root?.ts === ts ? { ...m, root } : m) };
}

function replied(summary: Message): MessageChange[] {
  const { reply_count = 0, reply_users, reply_users_count, latest_reply } = summary;
  const f = (m: Message): Message | undefined => {
    if (reply_count > 0) {
      return { ...m, thread_ts: m.ts, reply_count, reply_users, reply_users_count, latest_reply };
    }
    if (m.subtype === "tombstone") return undefined;
    const { thread_ts, reply_count: _n, reply_users: _u, reply_users_count: _c, latest_reply: _l, ...bare } = m;
    return thread_ts === m.ts || !thread_ts ? bare : m;
  };
  return [{ kind: "revise", ts: summary.ts, f }];
}

/** The message with a reaction of this user, or without. */
export function withReaction(m: Message, name: string, user: UserID, on: boolean): Message {
  const all = m.reactions ?? [];
  const had = all.find((r) => r.name === name);
  if (on && !had) return { ...m, reactions: [...all, { name, users: [user], count: 1 }] };
  if (!had) return m;
  const now = on ? addUser(had, user) : dropUser(had, user);
  if (now === had) return m;
  const left = all.map((r) => (r === had ? now : r)).filter((r) => r.count > 0);
  return { ...m, reactions: left.length > 0 ? left : undefined };
}

function addUser(r: Reaction, user: UserID): Reaction {
  return r.users.includes(user) ? r : { ...r, users: [...r.users, user], count: r.count + 1 };
}

function dropUser(r: Reaction, user: UserID): Reaction {
  if (!r.users.includes(user) && r.users.length >= r.count) return r;
  return { ...r, users: r.users.filter((u) => u !== user), count: r.count - 1 };
}

/** The message as it is when it is pinned to its channel, or not. */
export function withPin(m: Message, channel: ChannelID, on: boolean): Message {
  const isOn = m.pinned_to?.includes(channel) ?? false;
  if (isOn === on) return m;
  const rest = (m.pinned_to ?? []).filter((c) => c !== channel);
  const now = on ? [...rest, channel] : rest;
  return { ...m, pinned_to: now.length > 0 ? now : undefined };
}

function withoutFile(m: Message, file: string): Message {
  if (!m.files?.some((f) => f.id === file && f.mode !== "tombstone")) return m;
  return { ...m, files: m.files.map((f) => (f.id === file ? { id: file, mode: "tombstone" } : f)) };
}

/** A root stays for as long as it has replies that do. */
function isRootOfLater(m: Message, latest: Ts): boolean {
  return (m.latest_reply ?? "") > latest;
}
