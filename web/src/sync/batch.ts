/**
 * What the sync layer hands on: steps, in order, and where the cursors stand after
 * them. A batch is kept on disk as a whole, then told to the state of every tab.
 */

import type { WireEvent } from "../wire/events";
import type { Channel, Team, User } from "../wire/objects";
import type { TailState } from "./tail";

export type Step =
  /** stream and seq: of a durable one. */
  | { kind: "event"; event: WireEvent; stream?: string; seq?: number }
  /** The stream goes on after head; what is known of it may be out of date, and is dropped. */
  | { kind: "lost"; stream: string; head: number }
  /** The stream is not the caller's any more, and nothing of it may be kept. */
  | { kind: "gone"; stream: string }
  /** What client.userBoot and client.counts answered: the directory as it is now. */
  | { kind: "boot"; boot: Boot; counts: Counts }
  /** Events without a place may have been missed: what was fetched is to be fetched again. */
  | { kind: "refresh" };

export interface Batch {
  steps: Step[];
  tails: TailState[];
}

/** The answer of client.userBoot. */
export interface Boot {
  self: User;
  team: Team;
  prefs: Record<string, unknown>;
  channels: Channel[];
  ims: Channel[];
  subteams: { self: string[] };
  has_more_channels?: boolean;
}

export interface ChannelCounts {
  id: string;
  last_read: string;
  latest: string;
  mention_count: number;
  has_unreads: boolean;
}

/** The answer of client.counts. */
export interface Counts {
  channels: ChannelCounts[];
  mpims: ChannelCounts[];
  ims: ChannelCounts[];
  threads: { has_unreads: boolean; mention_count: number; unread_count: number };
}

/** Whose messages and membership the stream is about: not the user's own. */
export function isChannelStream(stream: string): boolean {
  return /^[CDG]/.test(stream);
}
