/** What a tab reads before it shows anything: in one transaction, so that it is of one moment and comes at once. */

import type { TailState } from "../sync/tail";
import type { Channel, Message, User } from "../wire/objects";
import type { Database, MessageRecord, RangeRecord } from "./database";

/** What a tab begins with. */
export interface Snapshot {
  /** The number of the last batch in it. */
  rev: number;
  tails: TailState[];
  channels: Channel[];
  /** What was put by name. */
  values: Map<string, unknown>;
  /** Those that were asked for, by key, as far as they are kept. */
  timelines: Map<string, KeptTimeline>;
  /** Whom these and the list of conversations name. */
  users: User[];
}

/** The kept part of a timeline: all messages from the first one on, oldest first. */
export interface KeptTimeline {
  messages: Message[];
  atStart: boolean;
}

/** So many people are read along. */
const mostNamed = 200;

/** With all that is shown first: the timelines of these keys. */
export async function readSnapshot(db: Database, shown: readonly string[]): Promise<Snapshot> {
  const tx = db.transaction(["tails", "channels", "values", "ranges", "messages", "users"]);
  const [values, ranges, messages] = [tx.objectStore("values"), tx.objectStore("ranges"), tx.objectStore("messages")];
  const [tails, channels, keys, all, ...kept] = await Promise.all([
    tx.objectStore("tails").getAll(),
    tx.objectStore("channels").getAll(),
    values.getAllKeys(),
    values.getAll(),
    ...shown.map((key) => timelineOf(ranges.get(key), messages.getAll(messagesOf(key)))),
  ]);
  const timelines = new Map<string, KeptTimeline>();
  for (const [i, key] of shown.entries()) {
    const timeline = kept[i];
    if (timeline) timelines.set(key, timeline);
  }
  const users = tx.objectStore("users");
  const known = await Promise.all(namedIn(channels, timelines.values()).map((id) => users.get(id)));
  const named = new Map(keys.map((key, i) => [key, all[i]]));
  return {
    rev: Number(named.get("rev") ?? 0),
    tails,
    channels,
    values: named,
    timelines,
    users: known.filter((u) => u !== undefined),
  };
}

export function readTimeline(db: Database, key: string): Promise<KeptTimeline | undefined> {
  const tx = db.transaction(["ranges", "messages"]);
  return timelineOf(tx.objectStore("ranges").get(key), tx.objectStore("messages").getAll(messagesOf(key)));
}

async function timelineOf(
  asked: Promise<RangeRecord | undefined>,
  messages: Promise<MessageRecord[]>,
): Promise<KeptTimeline | undefined> {
  const [range, records] = await Promise.all([asked, messages]);
  return range && { messages: records.map((r) => r.message), atStart: range.atStart };
}

function messagesOf(key: string): IDBKeyRange {
  return IDBKeyRange.bound([key], [key, []]);
}

/** The users of direct messages, and who wrote what is shown. */
function namedIn(channels: readonly Channel[], timelines: Iterable<KeptTimeline>): string[] {
  const ids = new Set<string>();
  for (const { messages } of timelines) {
    for (const m of messages) for (const id of [m.user ?? "", ...(m.reply_users ?? [])]) ids.add(id);
  }
  for (const c of channels) ids.add(c.user ?? "");
  ids.delete("");
  return [...ids].slice(0, mostNamed);
}
