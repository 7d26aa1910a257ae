import { type ReadonlySignal, signal } from "@preact/signals-core";
import type { Channel, ChannelID, UserID } from "../wire/objects";
import type { Workspace } from "./workspace";

/** The members of a channel, as far as they are loaded. */
export interface Members {
  ids: ReadonlySignal<readonly UserID[]>;
  loading: ReadonlySignal<boolean>;
  atEnd: ReadonlySignal<boolean>;
  loadMore(): Promise<void>;
}

/** The conversations of the caller, and others that they looked at. */
export class Channels {
  /** Those that the caller is a member of, archived ones and closed DMs left out, in no particular order. */
  readonly list: ReadonlySignal<readonly Channel[]> = signal([]);
  /** Ids of those that are starred. */
  readonly starred: ReadonlySignal<ReadonlySet<ChannelID>> = signal(new Set<ChannelID>());
  /** Ids of those that are muted. */
  readonly muted: ReadonlySignal<ReadonlySet<ChannelID>> = signal(new Set<ChannelID>());

  constructor(_w: Workspace) {}

  /** The channel; one that is unknown is asked for (undefined until then, and where there is none: see missing). */
  get(_id: ChannelID): ReadonlySignal<Channel | undefined> {
    return signal(undefined);
  }

  /** Whether the server says that there is no such channel for the caller. */
  missing(_id: ChannelID): ReadonlySignal<boolean> {
    return signal(false);
  }

  members(_id: ChannelID): Members {
    return { ids: signal([]), loading: signal(false), atEnd: signal(false), loadMore: async () => {} };
  }

  /** Public channels that a name matches, for browsing and the switcher; the caller's own first. */
  async browse(_text: string, _limit: number): Promise<Channel[]> {
    return [];
  }

  async join(_id: ChannelID): Promise<void> {}
  async leave(_id: ChannelID): Promise<void> {}
  async create(name: string, isPrivate: boolean): Promise<Channel> {
    return { id: "", name, is_private: isPrivate };
  }
  async archive(_id: ChannelID): Promise<void> {}
  async unarchive(_id: ChannelID): Promise<void> {}
  async rename(_id: ChannelID, _name: string): Promise<void> {}
  async setTopic(_id: ChannelID, _topic: string): Promise<void> {}
  async setPurpose(_id: ChannelID, _purpose: string): Promise<void> {}
  async invite(_id: ChannelID, _users: readonly UserID[]): Promise<void> {}
  async kick(_id: ChannelID, _user: UserID): Promise<void> {}
  /** The DM or group DM with these people; it is opened where it is not. */
  async openDM(_users: readonly UserID[]): Promise<Channel> {
    return { id: "" };
  }
  /** Takes a DM out of the sidebar. */
  async closeDM(_id: ChannelID): Promise<void> {}
  async star(_id: ChannelID, _on: boolean): Promise<void> {}
  async mute(_id: ChannelID, _on: boolean): Promise<void> {}
}
