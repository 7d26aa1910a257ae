/** What hangs on a message besides its text and blocks. */

import type { Block } from "./blocks";
import type { ChannelID, File, TeamID, Ts, UserID } from "./objects";

export interface AttachmentField {
  title?: string;
  value?: string;
  short?: boolean;
}

/** An attachment: one of an old integration, an unfurled link or a shared message. */
export interface Attachment {
  id?: number;
  fallback?: string;
  color?: string;
  pretext?: string;
  author_name?: string;
  author_link?: string;
  author_icon?: string;
  author_id?: UserID;
  author_subname?: string;
  title?: string;
  title_link?: string;
  text?: string;
  fields?: AttachmentField[];
  image_url?: string;
  image_width?: number;
  image_height?: number;
  image_bytes?: number;
  thumb_url?: string;
  thumb_width?: number;
  thumb_height?: number;
  footer?: string;
  footer_icon?: string;
  ts?: Ts | number;
  mrkdwn_in?: string[];
  blocks?: Block[];
  message_blocks?: { team?: TeamID; channel?: ChannelID; ts?: Ts; message?: { blocks?: Block[] } }[];
  files?: File[];
  actions?: unknown[];
  callback_id?: string;
  service_name?: string;
  service_icon?: string;
  service_url?: string;
  from_url?: string;
  original_url?: string;
  is_msg_unfurl?: boolean;
  is_share?: boolean;
  is_reply_unfurl?: boolean;
  is_thread_root_unfurl?: boolean;
  channel_id?: ChannelID;
  channel_name?: string;
  channel_team?: TeamID;
  msg_subtype?: string;
  video_html?: string;
  video_url?: string;
}
