/** What a person may do with a message, and how a message is passed on. */

import type { Attachment, ChannelID, Message, User, UserID } from "../wire/objects";
import type { Workspace } from "./workspace";

/** The subtypes of messages that somebody wrote; the others tell what happened to the channel. */
const written = new Set<string | undefined>([
  undefined,
  "",
  "bot_message",
  "me_message",
  "thread_broadcast",
  "file_share",
]);

/** Tells whether a message was written, by a person or a program. */
export function isWritten(m: Message): boolean {
  return written.has(m.subtype);
}

/** Tells whether a message is one that the person wrote by their own hand. */
export function isOwn(m: Message, self: UserID): boolean {
  return isWritten(m) && m.user === self && m.bot_id === undefined;
}

/** Tells whether the server has the message, whatever is on its way of what was made of it. */
export function isSent(m: Message): boolean {
  return m.local === undefined || m.local.isEdit === true;
}

export interface Rights {
  readonly edit: boolean;
  readonly remove: boolean;
}

/** What the person may do with a message; the server has the last word. */
export function rightsOf(m: Message, self: User): Rights {
  const own = isOwn(m, self.id);
  const admin = self.is_admin === true || self.is_owner === true || self.role === "admin" || self.role === "owner";
  return { edit: own && isSent(m), remove: (own || admin) && m.subtype !== "tombstone" };
}

/** A message's address below the server's own; that of a reply also names its thread. */
export function permalink(origin: string, channel: ChannelID, m: Pick<Message, "ts" | "thread_ts">): string {
  const link = `${origin}/archives/${channel}/p${m.ts.replace(".", "")}`;
  return m.thread_ts === undefined || m.thread_ts === m.ts ? link : `${link}?thread_ts=${m.thread_ts}&cid=${channel}`;
}

/** Whom and where a message that is passed on was of. */
export interface Source {
  readonly channel: ChannelID;
  readonly channelName: string;
  readonly author: string;
  readonly icon?: string;
  readonly link: string;
}

/** The attachment that shows a message somewhere else. */
export function sharedAttachment(m: Message, from: Source): Attachment {
  return {
    fallback: `${from.author}: ${m.text}`.slice(0, 500),
    is_share: true,
    is_msg_unfurl: true,
    author_id: m.user,
    author_name: from.author,
    author_icon: from.icon,
    channel_id: from.channel,
    channel_name: from.channelName,
    from_url: from.link,
    text: m.text,
    ts: m.ts,
    mrkdwn_in: ["text"],
    ...(m.blocks === undefined
      ? {}
      : { message_blocks: [{ channel: from.channel, ts: m.ts, message: { blocks: m.blocks } }] }),
    ...(m.files === undefined ? {} : { files: m.files }),
  };
}

/** Sends the message on to other channels, with a word of the sender's, by way of the outbox. */
export function forward(w: Workspace, m: Message, from: Source, to: readonly ChannelID[], text: string): void {
  const attachments = [sharedAttachment(m, from)];
  for (const channel of to) w.outbox.send(channel, { text, attachments });
}
