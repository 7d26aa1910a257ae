/** The state that no stream brings: what the caller's workspace and conversations are now. */

import type { Api } from "../net/api";
import type { Channel } from "../wire/objects";
import type { Boot, Counts } from "./batch";

export async function fetchBoot(api: Api, signal?: AbortSignal): Promise<{ boot: Boot; counts: Counts }> {
  const [boot, counts] = await Promise.all([
    api.call<Boot>("client.userBoot", {}, { signal }),
    api.call<Counts>("client.counts", {}, { signal }),
  ]);
  if (boot.has_more_channels) boot.channels = await allChannels(api, signal);
  return { boot, counts };
}

async function allChannels(api: Api, signal?: AbortSignal): Promise<Channel[]> {
  const args = { types: "public_channel,private_channel,mpim,im", exclude_archived: true, limit: 1000 };
  const all: Channel[] = [];
  type Page = { channels: Channel[]; response_metadata?: { next_cursor?: string } };
  for await (const page of api.pages<Page>("users.conversations", args, { signal })) all.push(...page.channels);
  return all;
}

/** The conversations that a boot names. */
export function channelsOf(b: Boot): Channel[] {
  return [...b.channels, ...b.ims];
}
