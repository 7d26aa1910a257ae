/**
 * Writes a batch in one transaction: what the events change, and the cursors after
 * them. Either both are there after a crash or neither; and an event that is in the
 * database already, because another tab wrote it, is not applied again.
 */

import type { IDBPTransaction, StoreNames } from "idb";
import { type Batch, isChannelStream, type Step } from "../sync/batch";
import type { TailState } from "../sync/tail";
import type { ChannelID, Message, User } from "../wire/objects";
import type { Database, RangeRecord, Schema } from "./database";
import { changedUser, channelChange, isGuest, isLost, leftBehind } from "./directory";
import { type MessageChange, messageChanges, revised, timelinesOf } from "./messages";

/** How many messages of a timeline are kept, and to how many it is cut beyond. */
export const maxKept = 600;
const keptAfterCut = 300;

const stores = ["tails", "messages", "ranges", "channels", "users", "outbox", "values"] as const;

type Transaction = IDBPTransaction<Schema, StoreNames<Schema>[], "readwrite">;

/** Resolves to the number of the batch: each of a database has the next one. */
export function commit(db: Database, batch: Batch): Promise<number> {
  return write(db, async (writer) => {
    for (const step of batch.steps) await writer.step(step);
    for (const t of batch.tails) await writer.tail(t);
    return writer.finish();
  });
}

/** Drops a channel that the server says the caller does not have. */
export function dropChannel(db: Database, channel: ChannelID): Promise<void> {
  return write(db, (writer) => writer.forget(channel));
}

/** All of it, or nothing. */
async function write<T>(db: Database, f: (writer: Writer) => Promise<T>): Promise<T> {
  const tx = db.transaction([...stores], "readwrite", { durability: "relaxed" }) as unknown as Transaction;
  const done = tx.done;
  try {
    const result = await f(new Writer(tx));
    await done;
    return result;
  } catch (e) {
    done.catch(() => {});
    try {
      tx.abort();
    } catch {
      // It has ended already.
    }
    throw e;
  }
}

/** One transaction's work. */
class Writer {
  readonly #tx: Transaction;
  readonly #tails = new Map<string, TailState | undefined>();
  readonly #ranges = new Map<string, RangeRecord | undefined>();
  readonly #changed = new Set<string>();

  constructor(tx: Transaction) {
    this.#tx = tx;
  }

  async step(s: Step): Promise<void> {
    switch (s.kind) {
      case "event":
        if (s.stream !== undefined && s.seq !== undefined) {
          const t = await this.#kept(s.stream);
          if (t && t.seq >= s.seq && !t.gone) return;
        }
        return this.#event(s);
      case "lost":
        this.#tails.set(s.stream, undefined); // the one on disk counts in another log
        if (isChannelStream(s.stream)) await this.#purge(s.stream);
        return;
      case "gone":
        return this.#leave(s.stream);
      case "boot":
        return this.#boot(s);
      case "refresh":
        return;
      default:
        s satisfies never;
    }
  }

  /** Drops all of a channel. */
  async forget(channel: ChannelID): Promise<void> {
    await this.#purge(channel);
    await this.#patchChannel(channel, () => undefined);
  }

  async tail(t: TailState): Promise<void> {
    const kept = await this.#kept(t.stream);
    if (kept && kept.incarnation === t.incarnation && kept.seq > t.seq) return;
    this.#tails.set(t.stream, t);
    await this.#tx.objectStore("tails").put(t);
  }

  async finish(): Promise<number> {
    for (const key of this.#changed) {
      const r = this.#ranges.get(key);
      if (!r) continue;
      if (r.count > maxKept) await this.#cut(r);
      await this.#tx.objectStore("ranges").put(r);
    }
    const values = this.#tx.objectStore("values");
    const rev = Number((await values.get("rev")) ?? 0) + 1;
    await values.put(rev, "rev");
    return rev;
  }

  /** Drops what the caller may not read any more of a channel. */
  async #leave(channel: ChannelID): Promise<void> {
    const boot = (await this.#tx.objectStore("values").get("boot")) as { self?: User } | undefined;
    await this.#purge(channel);
    await this.#patchChannel(channel, (c) => leftBehind(c, isGuest(boot?.self)));
  }

  /** The channel is private from now on: of one that the caller is not in nothing stays. */
  async #close(channel: ChannelID): Promise<void> {
    if (isLost(await this.#tx.objectStore("channels").get(channel))) await this.#purge(channel);
  }

  async #kept(stream: string): Promise<TailState | undefined> {
    if (!this.#tails.has(stream)) this.#tails.set(stream, await this.#tx.objectStore("tails").get(stream));
    return this.#tails.get(stream);
  }

  async #event(s: Extract<Step, { kind: "event" }>): Promise<void> {
    // A message for one person's eyes has no place in a stream, and none on disk.
    const messages = s.seq === undefined ? undefined : messageChanges(s.event);
    if (messages) for (const c of messages.changes) await this.#message(messages.channel, c);
    if (s.event.type === "channel_convert_to_private") await this.#close(s.event.channel);
    const channel = channelChange(s.event);
    if (channel) await this.#patchChannel(channel.id, channel.f);
    const user = changedUser(s.event);
    if (user) await this.#tx.objectStore("users").put(user);
    if (s.event.type === "message" && s.event.client_msg_id) {
      await this.#tx.objectStore("outbox").delete(s.event.client_msg_id); // it has arrived
    }
  }

  async #message(channel: ChannelID, c: MessageChange): Promise<void> {
    switch (c.kind) {
      case "add":
        for (const key of timelinesOf(channel, c.message)) await this.#add(key, channel, c.message);
        return;
      case "revise": {
        const records = await this.#tx.objectStore("messages").index("message").getAll([channel, c.ts]);
        for (const r of records) await this.#revised(r.timeline, channel, r.message, revised(r.message, c.f));
        return;
      }
      case "sweep": {
        const records = await this.#tx.objectStore("messages").index("channel").getAll(channel);
        for (const r of records) await this.#revised(r.timeline, channel, r.message, revised(r.message, c.f));
        return;
      }
      default:
        c satisfies never;
    }
  }

  async #range(timeline: string): Promise<RangeRecord | undefined> {
    if (!this.#ranges.has(timeline)) this.#ranges.set(timeline, await this.#tx.objectStore("ranges").get(timeline));
    return this.#ranges.get(timeline);
  }

  async #add(timeline: string, channel: ChannelID, message: Message): Promise<void> {
    const range = await this.#range(timeline);
    if (!range || message.ts < range.oldest) return;
    const all = this.#tx.objectStore("messages");
    if (await all.getKey([timeline, message.ts])) return;
    await all.put({ timeline, channel, ts: message.ts, message });
    range.count++;
    this.#changed.add(timeline);
  }

  async #revised(timeline: string, channel: ChannelID, was: Message, now: Message | undefined): Promise<void> {
    if (now === was) return;
    const all = this.#tx.objectStore("messages");
    if (now) {
      await all.put({ timeline, channel, ts: was.ts, message: now });
      return;
    }
    await all.delete([timeline, was.ts]);
    const range = await this.#range(timeline);
    if (range) {
      range.count--;
      this.#changed.add(timeline);
    }
  }

  /** Drops the oldest messages of a timeline that has grown too long. */
  async #cut(r: RangeRecord): Promise<void> {
    const range = IDBKeyRange.bound([r.timeline], [r.timeline, []]);
    let cursor = await this.#tx.objectStore("messages").openCursor(range);
    while (cursor && r.count > keptAfterCut) {
      await cursor.delete();
      r.count--;
      cursor = await cursor.continue();
    }
    r.atStart = false;
    if (cursor) r.oldest = cursor.value.ts;
  }

  async #purge(channel: ChannelID): Promise<void> {
    const messages = this.#tx.objectStore("messages");
    for (const key of await messages.index("channel").getAllKeys(channel)) await messages.delete(key);
    const ranges = this.#tx.objectStore("ranges");
    for (const key of await ranges.index("channel").getAllKeys(channel)) {
      await ranges.delete(key);
      this.#ranges.set(key, undefined);
      this.#changed.delete(key);
    }
    for (const [key, r] of this.#ranges) if (r?.channel === channel) this.#ranges.set(key, undefined);
  }

  async #patchChannel(
    id: ChannelID,
    f: (c: Schema["channels"]["value"] | undefined) => Schema["channels"]["value"] | undefined,
  ): Promise<void> {
    const all = this.#tx.objectStore("channels");
    const was = await all.get(id);
    const now = f(was);
    if (now === was) return;
    await (now ? all.put(now) : all.delete(id));
  }

  async #boot(s: Extract<Step, { kind: "boot" }>): Promise<void> {
    const { channels, ims, ...rest } = s.boot;
    const all = this.#tx.objectStore("channels");
    for (const c of [...channels, ...ims]) {
      const was = await all.get(c.id);
      await all.put({ ...was, ...c, is_member: true });
    }
    const values = this.#tx.objectStore("values");
    await values.put(rest, "boot");
    await values.put(s.counts, "counts");
    await this.#tx.objectStore("users").put(s.boot.self);
  }
}
