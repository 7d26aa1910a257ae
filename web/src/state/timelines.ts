import { batch } from "@preact/signals-core";
import { type MessageChanges, timelineKey } from "../store/messages";
import type { KeptTimeline } from "../store/snapshot";
import type { TailState } from "../sync/tail";
import type { ChannelID, Message, Ts } from "../wire/objects";
import { Timeline } from "./timeline";
import type { Workspace } from "./workspace";

/** How many timelines stay as they were left, and how many stay at all. */
const fresh = 12;
const most = 60;

/** The timelines of channels and threads: those looked at last are kept, others go when nothing watches them. */
export class Timelines {
  readonly #w: Workspace;
  /** By key; the one that was asked for last stands last. */
  readonly #all = new Map<string, Timeline>();
  readonly #byChannel = new Map<ChannelID, Set<Timeline>>();

  constructor(w: Workspace) {
    this.#w = w;
  }

  /** Takes what was kept of a former visit: of streams that were followed then, and so go on from there. */
  restore(kept: ReadonlyMap<string, KeptTimeline>, tails: readonly TailState[]): void {
    const followed = new Set(tails.filter((t) => !t.gone).map((t) => t.stream));
    for (const [key, timeline] of kept) {
      const [channel = "", thread] = key.split("/");
      if (followed.has(channel)) this.get(channel, thread, timeline);
    }
  }

  /** The channel's timeline, which begins to load itself. */
  of(channel: ChannelID): Timeline {
    return this.get(channel);
  }

  /** That of a channel, or of a thread in it. */
  get(channel: ChannelID, thread?: Ts, kept?: KeptTimeline): Timeline {
    const key = timelineKey(channel, thread);
    const known = this.#all.get(key);
    const t = known ?? new Timeline(this.#w, channel, thread, kept);
    this.#all.delete(key);
    this.#all.set(key, t);
    if (!known) this.#added(t);
    return t;
  }

  /** A message that some timeline holds. */
  peek(channel: ChannelID, ts: Ts): Message | undefined {
    for (const t of this.#byChannel.get(channel) ?? []) {
      const m = t.peek(ts);
      if (m) return m;
    }
    return undefined;
  }

  /** The newest message of a channel, if its timeline is here up to the end. */
  newest(channel: ChannelID): Ts | undefined {
    const t = this.#all.get(timelineKey(channel));
    return t?.atEnd.peek() ? t.newest : undefined;
  }

  apply(c: MessageChanges): void {
    batch(() => {
      for (const t of this.#byChannel.get(c.channel) ?? []) t.apply(c.changes);
    });
  }

  /** What is unsent in the channel, or of a message, has changed. */
  refresh(channel: ChannelID, key?: string): void {
    batch(() => {
      for (const t of this.#byChannel.get(channel) ?? []) {
        if (key !== undefined) t.refresh(key);
        t.refresh();
      }
    });
  }

  lost(channel: ChannelID): void {
    for (const t of this.#byChannel.get(channel) ?? []) t.lost();
  }

  gone(channel: ChannelID): void {
    for (const t of this.#byChannel.get(channel) ?? []) t.clear();
  }

  reconnected(): void {
    for (const t of this.#all.values()) t.reconnected();
  }

  /** All timelines of now are out of date. */
  lostAll(): void {
    for (const t of this.#all.values()) t.lost();
  }

  #added(t: Timeline): void {
    const siblings = this.#byChannel.get(t.channel) ?? new Set();
    siblings.add(t);
    this.#byChannel.set(t.channel, siblings);
    let left = this.#all.size;
    for (const [key, old] of this.#all) {
      if (left <= fresh) return;
      if (!old.watched && old !== t) {
        if (left > most) this.#drop(key, old);
        else old.shrink();
      }
      left--;
    }
  }

  #drop(key: string, t: Timeline): void {
    this.#all.delete(key);
    const siblings = this.#byChannel.get(t.channel);
    siblings?.delete(t);
    if (siblings?.size === 0) this.#byChannel.delete(t.channel);
  }
}
