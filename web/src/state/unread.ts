import { batch, computed, type ReadonlySignal, type Signal, signal } from "@preact/signals-core";
import type { Undo } from "../platform/platform";
import type { ChannelCounts, Counts } from "../sync/batch";
import type { ChannelID, Message, Ts } from "../wire/objects";
import { Mentions } from "./mentions";
import { Marks } from "./unread_marks";
import type { Workspace } from "./workspace";

export interface ChannelUnread {
  unread: boolean;
  mentions: number;
  lastRead: Ts;
  /** The newest message that is known of, for sorting DMs. */
  latest: Ts;
}

export interface UnreadTotal {
  unread: boolean;
  mentions: number;
}

export const noTs: Ts = "0000000000.000000";
const nothing: ChannelUnread = { unread: false, mentions: 0, lastRead: noTs, latest: noTs };

const recountMs = 1_500;
const keepMs = 1_000;

/** What the caller has not read: of channels, of threads and in all. */
export class Unread {
  readonly total: ReadonlySignal<UnreadTotal>;
  /** Of the threads that the caller follows. */
  readonly threads: ReadonlySignal<UnreadTotal>;
  /** The counts are of this connection: those of a former visit know nothing of what came since. */
  readonly current: ReadonlySignal<boolean>;

  readonly #w: Workspace;
  readonly #mentions: Mentions;
  readonly #channels = new Map<ChannelID, Signal<ChannelUnread>>();
  readonly #threads = signal<UnreadTotal>({ unread: false, mentions: 0 });
  readonly #current = signal(false);
  readonly #marks: Marks;
  /** Channels in which something that was not read is deleted: the server knows what is left. */
  readonly #uncounted = new Set<ChannelID>();
  #timers: { recount?: Undo; keep?: Undo } = {};

  constructor(w: Workspace) {
    this.#w = w;
    this.#mentions = new Mentions(w);
    this.#marks = new Marks(w);
    this.threads = this.#threads;
    this.current = this.#current;
    this.total = computed(() => this.#sum());
  }

  of(channel: ChannelID): ReadonlySignal<ChannelUnread> {
    return this.#signal(channel);
  }

  /** Marks the channel as read up to ts: forward at once, told to the server a moment later. */
  mark(channel: ChannelID, ts: Ts): void {
    const s = this.#signal(channel);
    const was = s.peek();
    if (ts <= was.lastRead && !(was.unread && ts >= was.latest)) return;
    const unread = ts < was.latest && was.unread;
    this.#set(channel, { ...was, lastRead: ts, unread, mentions: unread ? was.mentions : 0 });
    this.#marks.set(channel, ts);
  }

  /** Marks as unread from ts on. */
  async markUnread(channel: ChannelID, ts: Ts): Promise<void> {
    const s = this.#signal(channel);
    const was = s.peek();
    const before = tsBefore(ts);
    this.#marks.forget(channel);
    this.#set(channel, { ...was, lastRead: before, unread: true });
    try {
      await this.#w.api.call("conversations.mark", { channel, ts: before });
    } catch (e) {
      if (s.peek().lastRead === before) this.#set(channel, was);
      throw e;
    }
  }

  /** Marks every channel as read. */
  async markAll(): Promise<void> {
    batch(() => {
      for (const [channel, s] of this.#channels)
        if (s.peek().unread || s.peek().mentions) this.mark(channel, s.peek().latest);
    });
    await this.#marks.flush();
  }

  /** Takes the server's counts. */
  put(counts: Counts): void {
    batch(() => {
      for (const c of [...counts.channels, ...counts.mpims, ...counts.ims]) {
        this.#count(c);
        this.#doubt(c);
      }
      this.#putThreads(counts);
    });
  }

  /** Says whether what was put last is of this connection. */
  setCurrent(is: boolean): void {
    this.#current.value = is;
  }

  /** Takes what was kept of a former visit. */
  restore(kept: unknown): void {
    if (!Array.isArray(kept)) return;
    batch(() => {
      for (const [id, u] of kept as [ChannelID, ChannelUnread][]) this.#signal(id).value = u;
    });
  }

  /** A new message has come. */
  arrived(channel: ChannelID, m: Message): void {
    const own = m.user === this.#w.self.peek().id;
    if (m.thread_ts && m.thread_ts !== m.ts && m.subtype !== "thread_broadcast") {
      if (!own && this.#concerns(channel, m.thread_ts, m)) this.#recountSoon();
      return;
    }
    const was = this.#signal(channel).peek();
    if (m.ts <= was.latest) return;
    if (own) return this.sent(channel, m);
    if (m.ts <= was.lastRead) return this.#set(channel, { ...was, latest: m.ts });
    const isMuted = this.#w.channels.muted.peek().has(channel);
    const mentions = was.mentions + (this.#mentions.inMessage(channel, m, isMuted) ? 1 : 0);
    this.#set(channel, { ...was, latest: m.ts, mentions, unread: was.unread || !isMuted });
  }

  /** A message is deleted: whether it was one of those that count, only the server can tell. */
  deleted(channel: ChannelID, ts: Ts): void {
    const was = this.#signal(channel).peek();
    if (ts <= was.lastRead) return;
    if (ts >= was.latest) {
      const last = this.#w.timelines.newest(channel) ?? noTs;
      this.#set(channel, { ...was, latest: later(last, was.lastRead) });
    }
    this.#uncounted.add(channel);
    this.#recountSoon();
  }

  /** A thread has another summary. */
  replied(root: Message): void {
    if (root.reply_users?.includes(this.#w.self.peek().id)) this.#recountSoon();
  }

  /** A message of one's own: what came before it counts as read. */
  sent(channel: ChannelID, m: Message): void {
    if (m.thread_ts && m.thread_ts !== m.ts && m.subtype !== "thread_broadcast") return;
    const was = this.#signal(channel).peek();
    const latest = later(m.ts, was.latest);
    if (m.ts < was.lastRead) return;
    this.#marks.forget(channel);
    this.#set(channel, { lastRead: m.ts, latest, unread: m.ts < latest && was.unread, mentions: 0 });
  }

  /** Another device, or this one, has moved the mark. */
  marked(channel: ChannelID, ts: Ts, counts: { unread_count_display?: number; mention_count?: number }): void {
    const mine = this.#marks.of(channel);
    if (mine !== undefined && mine > ts) return; // a newer one is on its way
    const was = this.#signal(channel).peek();
    const unread = counts.unread_count_display === undefined ? ts < was.latest : counts.unread_count_display > 0;
    const mentions = counts.mention_count ?? (unread ? was.mentions : 0);
    const isMuted = this.#w.channels.muted.peek().has(channel);
    this.#set(channel, { ...was, lastRead: ts, unread: unread && !isMuted, mentions: isMuted ? 0 : mentions });
  }

  /** The counts of threads may be others now. */
  recountThreads(): void {
    this.#recountSoon();
  }

  /** There is a connection: marks that did not get through go out. */
  wake(): void {
    this.#marks.wake();
  }

  gone(channel: ChannelID): void {
    this.#marks.forget(channel);
    this.#set(channel, nothing);
  }

  close(): void {
    for (const undo of Object.values(this.#timers)) undo?.();
    this.#marks.close();
  }

  /** Whether the caller may follow the thread: the server counts for them alone, not for all who hear of a reply. */
  #concerns(channel: ChannelID, thread: Ts, m: Message): boolean {
    const { threads, self } = this.#w;
    return (
      m.parent_user_id === self.peek().id ||
      threads.follows(channel, thread) ||
      this.#mentions.inMessage(channel, m, true)
    );
  }

  #signal(channel: ChannelID): Signal<ChannelUnread> {
    let s = this.#channels.get(channel);
    if (!s) {
      s = signal(nothing);
      this.#channels.set(channel, s);
    }
    return s;
  }

  #set(channel: ChannelID, u: ChannelUnread): void {
    const s = this.#signal(channel);
    const was = s.peek();
    if (
      was.unread === u.unread &&
      was.mentions === u.mentions &&
      was.lastRead === u.lastRead &&
      was.latest === u.latest
    )
      return;
    s.value = u;
    this.#keepSoon();
  }

  #count(c: ChannelCounts): void {
    const was = this.#signal(c.id).peek();
    const mine = this.#marks.of(c.id);
    const lastRead = mine !== undefined && mine > c.last_read ? mine : c.last_read;
    if (was.latest > c.latest && was.latest > lastRead) {
      // A message came after the server counted: it is in ours.
      this.#set(c.id, { ...was, lastRead });
      return;
    }
    const isRead = lastRead >= c.latest && lastRead !== c.last_read;
    this.#set(c.id, {
      lastRead,
      latest: c.latest,
      unread: c.has_unreads && !isRead,
      mentions: isRead ? 0 : c.mention_count,
    });
  }

  /**
   * The server knows of nothing as new as what is the newest here: that came while
   * it counted, or was deleted where nobody told of it. The next count says which.
   */
  #doubt(c: ChannelCounts): void {
    const was = this.#signal(c.id).peek();
    if (was.latest <= c.latest || !was.unread) return;
    this.#set(c.id, { ...was, latest: later(c.latest, was.lastRead) });
    this.#uncounted.add(c.id);
    this.#recountSoon();
  }

  #putThreads(counts: Counts): void {
    const { has_unreads, mention_count } = counts.threads;
    const was = this.#threads.peek();
    if (was.unread !== has_unreads || was.mentions !== mention_count) {
      this.#threads.value = { unread: has_unreads, mentions: mention_count };
    }
  }

  #sum(): UnreadTotal {
    let { unread, mentions } = this.#threads.value;
    const muted = this.#w.channels.muted.value;
    for (const c of this.#w.channels.list.value) {
      const u = this.#signal(c.id).value;
      unread ||= u.unread && !muted.has(c.id);
      mentions += u.mentions;
    }
    return { unread, mentions };
  }

  #recountSoon(): void {
    this.#timers.recount ??= this.#w.platform.clock.after(recountMs, () => {
      this.#timers.recount = undefined;
      this.#w.api.call<Counts>("client.counts").then(
        (c) => batch(() => this.#recounted(c)),
        () => {},
      );
    });
  }

  #recounted(counts: Counts): void {
    this.#putThreads(counts);
    for (const c of [...counts.channels, ...counts.mpims, ...counts.ims]) {
      // Who has read on meanwhile knows better.
      if (this.#uncounted.has(c.id) && c.last_read >= this.#signal(c.id).peek().lastRead) this.#count(c);
    }
    this.#uncounted.clear();
  }

  #keepSoon(): void {
    this.#timers.keep ??= this.#w.platform.clock.after(keepMs, () => {
      this.#timers.keep = undefined;
      const all = [...this.#channels].map(([id, s]) => [id, s.peek()]);
      void this.#w.store.putValue("unread", all);
    });
  }
}

/** The moment before a ts. */
function tsBefore(ts: Ts): Ts {
  const [seconds = "0", fraction = "0"] = ts.split(".");
  const micros = BigInt(seconds) * 1_000_000n + BigInt(fraction.padEnd(6, "0")) - 1n;
  return `${micros / 1_000_000n}.${String(micros % 1_000_000n).padStart(6, "0")}`;
}

function later(a: Ts, b: Ts): Ts {
  return a > b ? a : b;
}
