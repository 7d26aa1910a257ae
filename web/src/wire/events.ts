/**
 * The events of a socket that the client acts on, by their type. Others come too,
 * and pass through as WireEvent: what is not named here is nobody's concern yet.
 */

import type { Bookmark, Channel, ChannelID, Message, Ts, User, Usergroup, UserID } from "./objects";

/** What every event may have besides its own keys. */
export interface Place {
  /** Of a durable event: the channel or user whose stream it is of, and its place there. */
  stream?: string;
  seq?: number;
  event_ts?: Ts;
}

/** Of an event on the user's own stream that changes memberships. */
export interface MembershipKeys {
  stream_id?: ChannelID;
  joined_seq?: number;
  left_seq?: number;
}

export interface ReactionItem {
  type: string;
  channel: ChannelID;
  ts: Ts;
}

export interface DndStatus {
  dnd_enabled: boolean;
  next_dnd_start_ts?: number;
  next_dnd_end_ts?: number;
  snooze_enabled?: boolean;
  snooze_endtime?: number;
}

export interface ThreadSubscription {
  type: "thread";
  channel: ChannelID;
  thread_ts: Ts;
  active: boolean;
  /** Missing before the first mark. */
  last_read?: Ts;
}

/** Of a message event that no history shows: what happened to another message. */
export interface HiddenKeys {
  subtype?: string;
  deleted_ts?: Ts;
  message?: Message;
  previous_message?: Message;
}

export interface EventMap {
  message: { channel: ChannelID; ts: Ts } & HiddenKeys & Omit<Message, "channel" | "ts" | "type" | "subtype">;
  reaction_added: { user: UserID; reaction: string; item: ReactionItem; item_user?: UserID };
  reaction_removed: { user: UserID; reaction: string; item: ReactionItem; item_user?: UserID };
  pin_added: { user: UserID; channel_id: ChannelID; item: { message?: Message }; pin_count?: number };
  pin_removed: { user: UserID; channel_id: ChannelID; item: { message?: Message }; pin_count?: number };
  bookmark_added: { user: UserID; channel_id: ChannelID; bookmark_id: string; bookmark: Bookmark };
  bookmark_changed: { user: UserID; channel_id: ChannelID; bookmark_id: string; bookmark: Bookmark };
  bookmark_removed: { user: UserID; channel_id: ChannelID; bookmark_id: string };

  member_joined_channel: { user: UserID; channel: ChannelID; inviter?: UserID };
  member_left_channel: { user: UserID; channel: ChannelID; actor_id?: UserID };

  channel_joined: { channel: Channel } & MembershipKeys;
  group_joined: { channel: Channel } & MembershipKeys;
  mpim_joined: { channel: Channel } & MembershipKeys;
  im_created: { channel: Channel; user?: UserID } & MembershipKeys;
  channel_left: { channel: ChannelID } & MembershipKeys;
  group_left: { channel: ChannelID } & MembershipKeys;
  im_open: { channel: ChannelID };
  im_close: { channel: ChannelID };
  mpim_open: { channel: ChannelID };
  mpim_close: { channel: ChannelID };

  channel_created: { channel: Channel };
  channel_rename: { channel: Partial<Channel> & { id: ChannelID } };
  group_rename: { channel: Partial<Channel> & { id: ChannelID } };
  channel_archive: { channel: ChannelID; user?: UserID };
  channel_unarchive: { channel: ChannelID; user?: UserID };
  group_archive: { channel: ChannelID; user?: UserID };
  group_unarchive: { channel: ChannelID; user?: UserID };
  channel_convert_to_private: { channel: ChannelID };
  channel_convert_to_public: { channel: Channel };
  channel_history_changed: { channel?: ChannelID; latest: Ts };
  group_history_changed: { channel?: ChannelID; latest: Ts };
  im_history_changed: { channel?: ChannelID; latest: Ts };

  channel_marked: Marked;
  group_marked: Marked;
  im_marked: Marked;
  mpim_marked: Marked;
  thread_marked: { subscription: ThreadSubscription };
  thread_subscribed: { subscription: ThreadSubscription };
  thread_unsubscribed: { subscription: ThreadSubscription };

  user_change: { user: User };
  team_join: { user: User };
  team_rename: { name: string };
  team_domain_change: { domain: string };
  team_pref_change: { name: string; value: unknown };
  pref_change: { name: string; value: unknown };
  emoji_changed: { subtype: "add" | "remove" | string; name?: string; names?: string[]; value?: string };
  subteam_created: { subteam: Usergroup };
  subteam_updated: { subteam: Usergroup };
  subteam_members_changed: { subteam_id: string; added_users: UserID[]; removed_users: UserID[] };
  subteam_self_added: { subteam_id: string };
  subteam_self_removed: { subteam_id: string };

  dnd_updated: { user: UserID; dnd_status: DndStatus };
  dnd_updated_user: { user: UserID; dnd_status: DndStatus };
  presence_change: { user?: UserID; users?: UserID[]; presence: "active" | "away" };
  manual_presence_change: { presence: "active" | "away" };
  user_typing: { channel: ChannelID; user: UserID; thread_ts?: Ts };

  draft_create: { draft_id: string; channel_id: ChannelID; thread_ts?: Ts; last_updated_ts?: Ts };
  draft_update: { draft_id: string; channel_id: ChannelID; thread_ts?: Ts; last_updated_ts?: Ts };
  draft_delete: { draft_id: string; channel_id: ChannelID; thread_ts?: Ts; last_updated_ts?: Ts };
  saved_added: SavedEvent;
  saved_updated: SavedEvent;
  saved_removed: SavedEvent;
  saved_due: SavedEvent;
  saved_cleared: { state: string };
  reminder_added: { reminder_id: string };
  reminder_completed: { reminder_id: string };
  reminder_deleted: { reminder_id: string };
  reminder_fired: { reminder_id: string; channel: ChannelID; ts: Ts };

  file_created: { file_id: string; user_id?: UserID };
  file_change: { file_id: string };
  file_public: { file_id: string };
  file_deleted: { file_id: string; channel_ids?: ChannelID[] };
  file_shared: { file_id: string; channel_id: ChannelID };
  file_unshared: { file_id: string; channel_id: ChannelID };
}

interface Marked {
  channel: ChannelID;
  ts: Ts;
  unread_count_display?: number;
  mention_count?: number;
}

interface SavedEvent {
  item_type: string;
  item_id: ChannelID;
  ts: Ts;
  state: string;
  date_due: number;
  date_completed: number;
}

export type EventType = keyof EventMap;

/** One event of a named type. */
export type EventOf<K extends EventType> = { type: K } & EventMap[K] & Place;

/** Any of them: a union that a switch over type tells apart. */
export type WireEvent = { [K in EventType]: EventOf<K> }[EventType];
