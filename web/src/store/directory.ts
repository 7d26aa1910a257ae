/** What an event changes in channels and users, as pure functions like those of messages.ts. */

import type { WireEvent } from "../wire/events";
import type { Blurb, Channel, ChannelID, User } from "../wire/objects";
import { withOwnPicture } from "./own_urls";

export interface ChannelChange {
  id: ChannelID;
  /** undefined for a channel that is not known: it may stay so. */
  f: (c: Channel | undefined) => Channel | undefined;
}

/** As messageChanges: undefined where nothing, or nothing that can be read. */
export function channelChange(e: WireEvent): ChannelChange | undefined {
  try {
    return changeOf(e);
  } catch {
    return undefined;
  }
}

function changeOf(e: WireEvent): ChannelChange | undefined {
  switch (e.type) {
    case "channel_joined":
    case "group_joined":
    case "mpim_joined":
    case "im_created": {
      if (typeof e.channel !== "object") return undefined;
      return {
        id: e.channel.id,
        f: (c) => ({ ...c, ...e.channel, is_member: true, is_archived: e.channel.is_archived }),
      };
    }
    case "channel_created":
    case "channel_convert_to_public":
      if (typeof e.channel !== "object") return undefined;
      return { id: e.channel.id, f: (c) => ({ ...c, ...e.channel, is_member: c?.is_member ?? false }) };
    case "channel_left":
    case "group_left":
      return { id: e.channel, f: (c) => leftBehind(c) };
    case "channel_convert_to_private":
      return { id: e.channel, f: (c) => (c && !isLost(c) ? { ...c, is_private: true } : undefined) };
    case "channel_rename":
    case "group_rename": {
      if (typeof e.channel !== "object") return undefined;
      const { id, name, name_normalized } = e.channel;
      return patch(id, { name, name_normalized });
    }
    case "channel_archive":
    case "group_archive":
      return patch(e.channel, { is_archived: true });
    case "channel_unarchive":
    case "group_unarchive":
      return patch(e.channel, { is_archived: false });
    case "im_open":
    case "mpim_open":
      return patch(e.channel, { is_open: true });
    case "im_close":
    case "mpim_close":
      return patch(e.channel, { is_open: false });
    case "member_joined_channel":
      return counted(e.channel, 1);
    case "member_left_channel":
      return counted(e.channel, -1);
    case "message":
      return ofMessage(e);
    default:
      return undefined;
  }
}

/** What stays of a channel that the caller is not in any more: nothing of one that only its members know of. */
export function leftBehind(c: Channel | undefined, isGuest = false): Channel | undefined {
  if (!c || isGuest || c.is_private || c.is_group || c.is_im || c.is_mpim) return undefined;
  return { ...c, is_member: false };
}

/** Whether nothing of a channel may stay once it is private: who is in it goes on. */
export function isLost(c: Channel | undefined): boolean {
  return c?.is_member !== true;
}

/** Whether the person knows of no channels but their own. */
export function isGuest(u: User | undefined): boolean {
  return u?.role === "guest" || u?.role === "single_guest" || u?.is_restricted === true;
}

function patch(id: ChannelID, keys: Partial<Channel>): ChannelChange {
  return { id, f: (c) => c && { ...c, ...keys } };
}

function counted(id: ChannelID, by: number): ChannelChange {
  return { id, f: (c) => (c?.num_members === undefined ? c : { ...c, num_members: Math.max(0, c.num_members + by) }) };
}

function ofMessage(e: Extract<WireEvent, { type: "message" }>): ChannelChange | undefined {
  const blurb = (value: string): Blurb => ({ value, creator: e.user ?? "", last_set: Math.floor(Number(e.ts)) });
  switch (e.subtype) {
    case "channel_topic":
    case "group_topic":
      return patch(e.channel, { topic: blurb(e.topic ?? "") });
    case "channel_purpose":
    case "group_purpose":
      return patch(e.channel, { purpose: blurb(e.purpose ?? "") });
    case "channel_name":
    case "group_name":
      return e.name ? patch(e.channel, { name: e.name, name_normalized: e.name }) : undefined;
    case "channel_archive":
    case "group_archive":
      return patch(e.channel, { is_archived: true });
    case "channel_unarchive":
    case "group_unarchive":
      return patch(e.channel, { is_archived: false });
    case "channel_convert_to_private":
      return patch(e.channel, { is_private: true });
    case "channel_convert_to_public":
      return patch(e.channel, { is_private: false });
    default:
      return undefined;
  }
}

/** The user whom an event brings anew. */
export function changedUser(e: WireEvent): User | undefined {
  return (e.type === "user_change" || e.type === "team_join") && typeof e.user?.profile === "object"
    ? withOwnPicture(e.user)
    : undefined;
}
