import type { ReadonlySignal, Signal } from "@preact/signals-core";
import { timelineKey } from "../store/messages";
import type { EventOf } from "../wire/events";
import type { ChannelID, Ts } from "../wire/objects";
import { Refetch } from "./refetch";
import type { Timeline } from "./timeline";
import type { Workspace } from "./workspace";

/** What the caller has to do with a thread. */
export interface ThreadReading {
  subscribed: boolean;
  lastRead: Ts;
}

type ThreadEvent = EventOf<"thread_marked"> | EventOf<"thread_subscribed"> | EventOf<"thread_unsubscribed">;

/** The timelines of threads, and who follows which. */
export class Threads {
  readonly #w: Workspace;
  readonly #readings = new Map<string, Signal<ThreadReading | undefined>>();
  readonly #asked = new Set<string>();
  readonly #refetch: Refetch;

  constructor(w: Workspace) {
    this.#w = w;
    this.#refetch = new Refetch(w.platform, (key) => {
      const [channel = "", ts = ""] = key.split("/");
      this.#asked.delete(key);
      void this.#ask(channel, ts);
    });
  }

  /** The thread's timeline, its root first. */
  of(channel: ChannelID, ts: Ts): Timeline {
    return this.#w.timelines.get(channel, ts);
  }

  /** undefined until it is known. */
  reading(channel: ChannelID, ts: Ts): ReadonlySignal<ThreadReading | undefined> {
    const s = this.#reading(channel, ts);
    if (s.peek() === undefined) queueMicrotask(() => void this.#ask(channel, ts));
    else this.#refetch.look(timelineKey(channel, ts));
    return s;
  }

  /** Whether the caller is known to follow the thread. */
  follows(channel: ChannelID, ts: Ts): boolean {
    const known = this.#readings.get(timelineKey(channel, ts))?.peek();
    return known?.subscribed ?? this.#w.timelines.peek(channel, ts)?.subscribed ?? false;
  }

  async follow(channel: ChannelID, ts: Ts, on: boolean): Promise<void> {
    const s = this.#reading(channel, ts);
    const was = s.peek();
    s.value = { lastRead: was?.lastRead ?? ts, subscribed: on };
    try {
      await this.#w.api.call(`subscriptions.thread.${on ? "add" : "remove"}`, { channel, thread_ts: ts });
    } catch (e) {
      s.value = was;
      throw e;
    }
  }

  /** Marks the thread as read up to ts. */
  mark(channel: ChannelID, thread: Ts, ts: Ts): void {
    const s = this.#reading(channel, thread);
    const was = s.peek();
    if (!was?.subscribed || was.lastRead >= ts) return;
    s.value = { ...was, lastRead: ts };
    this.#w.api.call("subscriptions.thread.mark", { channel, thread_ts: thread, ts }).then(
      () => this.#w.unread.recountThreads(),
      () => {
        if (s.peek()?.lastRead === ts) s.value = was;
      },
    );
  }

  apply(e: ThreadEvent): void {
    const { channel, thread_ts, active, last_read } = e.subscription;
    this.#reading(channel, thread_ts).value = { subscribed: active, lastRead: last_read ?? thread_ts };
    this.#w.unread.recountThreads();
  }

  /** The caller has written in the thread, and so may follow it now. */
  replied(channel: ChannelID, ts: Ts): void {
    const key = timelineKey(channel, ts);
    const known = this.#readings.get(key)?.peek();
    if (!known || known.subscribed) return;
    this.#asked.delete(key);
    void this.#ask(channel, ts);
  }

  refresh(): void {
    this.#asked.clear();
    this.#refetch.refresh([...this.#readings].filter(([, s]) => s.peek()).map(([key]) => key));
  }

  close(): void {
    this.#refetch.close();
  }

  async #ask(channel: ChannelID, ts: Ts): Promise<void> {
    const key = timelineKey(channel, ts);
    if (this.#asked.has(key)) return;
    this.#asked.add(key);
    try {
      type Answer = { subscribed: boolean; last_read: Ts };
      const a = await this.#w.api.call<Answer>("subscriptions.thread.get", { channel, thread_ts: ts });
      this.#reading(channel, ts).value = { subscribed: a.subscribed, lastRead: a.last_read };
    } catch {
      this.#asked.delete(key);
    }
  }

  #reading(channel: ChannelID, ts: Ts): Signal<ThreadReading | undefined> {
    const key = timelineKey(channel, ts);
    let s = this.#readings.get(key);
    if (!s) {
      s = this.#refetch.signal<ThreadReading | undefined>(key, undefined);
      this.#readings.set(key, s);
    }
    return s;
  }
}
