/**
 * Slack's objects as the client uses them: keys that nothing reads are left out, so
 * each of these is a view of what the server sends. Whatever the server may leave
 * out is optional here.
 */

import type { Attachment } from "./attachments";
import type { Block } from "./blocks";

export type * from "./attachments";
export type * from "./blocks";

/** An id of a channel, direct message or group direct message: C…, D…, G…. */
export type ChannelID = string;
/** An id of a person or bot: U…. */
export type UserID = string;
export type TeamID = string;
export type FileID = string;
/** A message's time and identity, "1700000000.000100". As strings they compare like numbers. */
export type Ts = string;

export interface Team {
  id: TeamID;
  name: string;
  domain: string;
  email_domain?: string;
  url?: string;
  avatar_base_url?: string;
  icon?: { [size: string]: string | boolean | undefined; image_default?: boolean };
}

export type Role = "owner" | "admin" | "member" | "guest" | "single_channel_guest";

export interface Profile {
  title?: string;
  phone?: string;
  pronouns?: string;
  start_date?: string;
  real_name: string;
  real_name_normalized?: string;
  display_name: string;
  display_name_normalized?: string;
  first_name?: string;
  last_name?: string;
  email?: string;
  status_text?: string;
  status_emoji?: string;
  /** Seconds; 0 for never. */
  status_expiration?: number;
  avatar_hash?: string;
  is_custom_image?: boolean;
  bot_id?: string;
  api_app_id?: string;
  image_24?: string;
  image_32?: string;
  image_48?: string;
  image_72?: string;
  image_192?: string;
  image_512?: string;
  image_original?: string;
  team?: TeamID;
}

export interface User {
  id: UserID;
  team_id?: TeamID;
  name: string;
  deleted?: boolean;
  color?: string;
  real_name?: string;
  tz?: string;
  tz_label?: string;
  /** Seconds east of Greenwich. */
  tz_offset?: number;
  profile: Profile;
  is_admin?: boolean;
  is_owner?: boolean;
  is_primary_owner?: boolean;
  is_restricted?: boolean;
  is_ultra_restricted?: boolean;
  is_bot?: boolean;
  is_app_user?: boolean;
  updated?: number;
  has_2fa?: boolean;
  /** Only of oneself, from client.userBoot. */
  role?: Role | string;
}

export interface Blurb {
  value: string;
  creator: UserID;
  last_set: number;
}

/**
 * A conversation of any kind: is_im has user, is_mpim has a name made of names, the
 * others are channels, private where is_private.
 */
export interface Channel {
  id: ChannelID;
  created?: number;
  is_archived?: boolean;
  is_im?: boolean;
  is_mpim?: boolean;
  is_channel?: boolean;
  is_group?: boolean;
  is_private?: boolean;
  is_general?: boolean;
  is_member?: boolean;
  is_open?: boolean;
  name?: string;
  name_normalized?: string;
  /** Whom a direct message is with. */
  user?: UserID;
  is_user_deleted?: boolean;
  creator?: UserID;
  topic?: Blurb;
  purpose?: Blurb;
  previous_names?: string[];
  num_members?: number;
  last_read?: Ts;
  unread_count?: number;
  updated?: number;
}

export interface Edited {
  user: UserID;
  ts: Ts;
}

export interface Reaction {
  name: string;
  /** May hold fewer than count. */
  users: UserID[];
  count: number;
}

export interface BotProfile {
  id: string;
  name?: string;
  app_id?: string;
  user_id?: UserID;
  icons?: { image_36?: string; image_48?: string; image_72?: string };
  deleted?: boolean;
}

/** Where a message of one's own, or an edit of it, stands before the server has it. */
export interface LocalState {
  /** The server has the message, and not what was made of it. */
  isEdit?: true;
  /** sending: under way. queued: waits for a connection. failed: somebody has to decide. */
  state: "sending" | "queued" | "failed";
  /** Slack's error code of a failed one. */
  error?: string;
  /** 0 to 1, of its uploads. */
  progress?: number;
}

export interface Message {
  type?: "message" | string;
  subtype?: string;
  hidden?: boolean;
  /** For one person alone; it is in no history. */
  is_ephemeral?: boolean;
  channel?: ChannelID;
  user?: UserID;
  bot_id?: string;
  app_id?: string;
  bot_profile?: BotProfile;
  username?: string;
  icons?: { emoji?: string; image_36?: string; image_48?: string; image_64?: string; image_72?: string };
  text: string;
  ts: Ts;
  team?: TeamID;
  client_msg_id?: string;
  blocks?: Block[];
  attachments?: Attachment[];
  files?: File[];
  upload?: boolean;
  edited?: Edited;

  thread_ts?: Ts;
  parent_user_id?: UserID;
  /** The message that a thread_broadcast answers. */
  root?: Message;
  reply_count?: number;
  reply_users_count?: number;
  reply_users?: UserID[];
  latest_reply?: Ts;
  is_locked?: boolean;
  subscribed?: boolean;
  last_read?: Ts;
  unread_count?: number;

  reactions?: Reaction[];
  pinned_to?: ChannelID[];

  inviter?: UserID;
  topic?: string;
  purpose?: string;
  name?: string;
  old_name?: string;

  /** Ours alone: of a message, edit or deletion that the server doesn't have yet. */
  local?: LocalState;
}

export interface File {
  id: FileID;
  created?: number;
  timestamp?: number;
  name?: string | null;
  title?: string;
  mimetype?: string;
  filetype?: string;
  pretty_type?: string;
  user?: UserID;
  size?: number;
  mode?: "hosted" | "snippet" | "tombstone" | string;
  editable?: boolean;
  is_external?: boolean;
  is_public?: boolean;
  url_private?: string;
  url_private_download?: string;
  thumb_64?: string;
  thumb_80?: string;
  thumb_160?: string;
  thumb_360?: string;
  thumb_360_w?: number;
  thumb_360_h?: number;
  thumb_480?: string;
  thumb_480_w?: number;
  thumb_480_h?: number;
  thumb_720?: string;
  thumb_720_w?: number;
  thumb_720_h?: number;
  thumb_800?: string;
  thumb_960?: string;
  thumb_960_w?: number;
  thumb_960_h?: number;
  thumb_1024?: string;
  thumb_1024_w?: number;
  thumb_1024_h?: number;
  original_w?: number;
  original_h?: number;
  alt_txt?: string;
  permalink?: string;
  preview?: string;
  lines?: number;
  preview_is_truncated?: boolean;
  file_access?: string;
}

export interface Bookmark {
  id: string;
  channel_id: ChannelID;
  title: string;
  link: string;
  emoji?: string;
  icon_url?: string;
  type: "link" | string;
  date_created?: number;
  date_updated?: number;
  rank?: string;
}

export interface Usergroup {
  id: string;
  team_id?: TeamID;
  name: string;
  handle: string;
  description?: string;
  date_delete?: number;
  user_count?: number;
  users?: UserID[];
}
