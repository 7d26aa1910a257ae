/** Whom a message names who isn't in its conversation: it doesn't reach them. */

import type { ChannelID, UserID } from "../wire/objects";
import type { Workspace } from "./workspace";

const mentions = /<@([UW][0-9A-Z]+)[|>]/g;
const slackbot = "USLACKBOT";
/** Nobody is asked about more people than these. */
const most = 20;

/** The people whom the text names and who are not in the channel. In direct messages nobody is missing. */
export async function absentFrom(w: Workspace, channel: ChannelID, text: string): Promise<readonly UserID[]> {
  const c = w.channels.peek(channel);
  if (c === undefined || c.is_im || c.is_mpim) return [];
  const self = w.self.peek().id;
  const named = [...new Set([...text.matchAll(mentions)].map(([, id = ""]) => id))]
    .filter((id) => id !== self && id !== slackbot)
    .slice(0, most);
  if (named.length === 0) return [];
  const args = { channel, users: named.join(",") };
  const { members } = await w.api.call<{ members: UserID[] }>("client.membersAmong", args);
  const there = new Set(members);
  return named.filter((id) => {
    const user = w.users.get(id).peek();
    return !there.has(id) && user !== undefined && user.deleted !== true;
  });
}
