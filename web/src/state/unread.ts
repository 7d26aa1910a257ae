import { type ReadonlySignal, signal } from "@preact/signals-core";
import type { ChannelID, Ts } from "../wire/objects";
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

/** What the caller has not read: of channels, of threads and in all. */
export class Unread {
  readonly total: ReadonlySignal<UnreadTotal> = signal({ unread: false, mentions: 0 });
  /** Of the threads that the caller follows. */
  readonly threads: ReadonlySignal<UnreadTotal> = signal({ unread: false, mentions: 0 });

  constructor(_w: Workspace) {}

  of(_channel: ChannelID): ReadonlySignal<ChannelUnread> {
    return signal({ unread: false, mentions: 0, lastRead: "0000000000.000000", latest: "0000000000.000000" });
  }

  /** Marks the channel as read up to ts: forward at once, told to the server a moment later. */
  mark(_channel: ChannelID, _ts: Ts): void {}
  /** Marks as unread from ts on. */
  async markUnread(_channel: ChannelID, _ts: Ts): Promise<void> {}
  /** Marks every channel as read. */
  async markAll(): Promise<void> {}
}
