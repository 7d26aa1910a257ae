/** All channels that one may see, to look for one and join it. */
import { type Signal, signal } from "@preact/signals-core";
import type { Channel } from "../wire/objects";
import { Paged } from "./paged";
import { matches } from "./people";
import { nextCursor, type Remote, type ResponseMetadata } from "./remote";

export const browseSorts = ["name", "newest", "oldest", "most", "fewest"] as const;
export type BrowseSort = (typeof browseSorts)[number];

export const browseKinds = ["all", "mine", "others", "private", "archived"] as const;
export type BrowseKind = (typeof browseKinds)[number];

interface ListAnswer extends ResponseMetadata {
  readonly channels: readonly Channel[];
}

/** Beyond it one has to search by name: the list is filtered here. */
const most = 10_000;

/** What joining and leaving is done by: the workspace's channels, which show it elsewhere at once. */
export interface Membership {
  join(channel: string): Promise<void>;
  leave(channel: string): Promise<void>;
}

export class Browse {
  readonly query = signal("");
  readonly sort: Signal<BrowseSort> = signal("name");
  readonly kind: Signal<BrowseKind> = signal("all");
  readonly channels: Paged<Channel>;

  constructor(
    remote: Remote,
    private readonly membership: Membership,
  ) {
    this.channels = new Paged(
      async (cursor, signal) => {
        const args = { types: "public_channel,private_channel", limit: 1000, ...(cursor === "" ? {} : { cursor }) };
        const answer = await remote.call<ListAnswer>("conversations.list", args, { signal });
        return { items: answer.channels, next: nextCursor(answer) };
      },
      (channel) => channel.id,
    );
  }

  async open(): Promise<void> {
    await this.channels.loadAll(most);
  }

  async join(channel: string): Promise<void> {
    await this.membership.join(channel);
    this.joined(channel, true);
  }

  async leave(channel: string): Promise<void> {
    await this.membership.leave(channel);
    this.joined(channel, false);
  }

  close(): void {
    this.channels.close();
  }

  private joined(channel: string, on: boolean): void {
    this.channels.update(channel, (c) => ({
      ...c,
      is_member: on,
      num_members: Math.max(0, (c.num_members ?? 0) + (on ? 1 : -1)),
    }));
  }
}

function isKind(channel: Channel, kind: BrowseKind): boolean {
  const archived = channel.is_archived === true;
  switch (kind) {
    case "archived":
      return archived;
    case "mine":
      return !archived && channel.is_member === true;
    case "others":
      return !archived && channel.is_member !== true;
    case "private":
      return !archived && channel.is_private === true;
    case "all":
      return !archived;
  }
}

const collator = new Intl.Collator(undefined, { sensitivity: "base", numeric: true });

function byName(a: Channel, b: Channel): number {
  return collator.compare(a.name ?? "", b.name ?? "");
}

const orders: Record<BrowseSort, (a: Channel, b: Channel) => number> = {
  name: byName,
  newest: (a, b) => (b.created ?? 0) - (a.created ?? 0) || byName(a, b),
  oldest: (a, b) => (a.created ?? 0) - (b.created ?? 0) || byName(a, b),
  most: (a, b) => (b.num_members ?? 0) - (a.num_members ?? 0) || byName(a, b),
  fewest: (a, b) => (a.num_members ?? 0) - (b.num_members ?? 0) || byName(a, b),
};

/** browsed are the channels that fit; those whose names fit come before those whose descriptions do. */
export function browsed(
  channels: readonly Channel[],
  query: string,
  kind: BrowseKind,
  sort: BrowseSort,
): readonly Channel[] {
  const text = query.replace(/^#/, "");
  const fit = channels.filter((c) => isKind(c, kind) && matches(text, [c.name, c.topic?.value, c.purpose?.value]));
  const named = (c: Channel) => (text.trim() !== "" && matches(text, [c.name]) ? 0 : 1);
  return fit.sort((a, b) => named(a) - named(b) || orders[sort](a, b));
}
