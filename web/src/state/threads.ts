import { type ReadonlySignal, signal } from "@preact/signals-core";
import type { ChannelID, Ts } from "../wire/objects";
import { Timeline } from "./timeline";
import type { Workspace } from "./workspace";

/** What the caller has to do with a thread. */
export interface ThreadReading {
  subscribed: boolean;
  lastRead: Ts;
}

/** The timelines of threads, and who follows which. */
export class Threads {
  constructor(_w: Workspace) {}

  /** The thread's timeline, its root first. */
  of(channel: ChannelID, ts: Ts): Timeline {
    return new Timeline(channel, ts);
  }

  /** undefined until it is known. */
  reading(_channel: ChannelID, _ts: Ts): ReadonlySignal<ThreadReading | undefined> {
    return signal(undefined);
  }

  async follow(_channel: ChannelID, _ts: Ts, _on: boolean): Promise<void> {}
  /** Marks the thread as read up to ts. */
  mark(_channel: ChannelID, _thread: Ts, _ts: Ts): void {}
}
