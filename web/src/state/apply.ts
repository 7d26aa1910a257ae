import { changedUser, channelChange } from "../store/directory";
import { messageChanges, messageOf } from "../store/messages";
import type { WireEvent } from "../wire/events";
import type { User } from "../wire/objects";
import type { Workspace } from "./workspace";

/** Applies an event, which is on disk, to all the state that it says something of. */
export function applyEvent(w: Workspace, e: WireEvent): void {
  const messages = messageChanges(e);
  if (messages) {
    w.outbox.arrived(messages.changes.flatMap((c) => (c.kind === "add" ? [c.message] : [])));
    w.timelines.apply(messages);
  }
  if (e.type === "channel_convert_to_private") w.channels.closed(e.channel);
  const channel = channelChange(e);
  if (channel) w.channels.change(channel);
  const user = changedUser(e);
  if (user) applyUser(w, user);
  applyOther(w, e);
}

function applyUser(w: Workspace, u: User): void {
  w.users.put([u]);
  if (u.id === w.self.peek().id) w.putSelf(u);
}

/** What is neither of messages nor of the directory. */
function applyOther(w: Workspace, e: WireEvent): void {
  switch (e.type) {
    case "message": {
      if (e.subtype === "message_replied" && e.message) w.unread.replied(e.message);
      if (e.subtype === "message_deleted" && e.deleted_ts) {
        w.unread.deleted(e.channel, e.deleted_ts);
        w.operations.deleted(e.channel, e.deleted_ts);
      }
      if (e.hidden || e.subtype === "message_changed" || e.subtype === "message_deleted") return;
      const m = messageOf(e);
      w.typing.sent(e.channel, m.thread_ts, m.user);
      if (e.seq !== undefined) w.unread.arrived(e.channel, m);
      if (m.thread_ts && m.user === w.self.peek().id) w.threads.replied(e.channel, m.thread_ts);
      return;
    }
    case "channel_marked":
    case "group_marked":
    case "im_marked":
    case "mpim_marked":
      return w.unread.marked(e.channel, e.ts, e);
    case "thread_marked":
    case "thread_subscribed":
    case "thread_unsubscribed":
      return w.threads.apply(e);
    case "member_joined_channel":
    case "member_left_channel":
      return w.channels.members(e.channel).apply(e);
    case "presence_change":
      return w.presence.apply(e);
    case "user_typing":
      return w.typing.apply(e);
    case "pref_change":
      return w.prefs.put({ [e.name]: e.value });
    case "emoji_changed":
      return w.emoji.apply(e);
    case "team_rename":
      w.putTeam({ name: e.name });
      return;
    case "team_domain_change":
      w.putTeam({ domain: e.domain });
      return;
    case "subteam_created":
    case "subteam_updated":
    case "subteam_members_changed":
    case "subteam_self_added":
    case "subteam_self_removed":
      return w.usergroups.apply(e);
    default:
      return;
  }
}
