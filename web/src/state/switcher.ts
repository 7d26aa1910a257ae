import { computed, type ReadonlySignal } from "@preact/signals-core";
import type { Channel, ChannelID, User } from "../wire/objects";
import { channelTitle } from "./channel_title";
import type { Command } from "./commands";
import { type Folded, fold, type Match, match } from "./fuzzy";
import { publicChannels } from "./public_channels";
import { recentOf } from "./recent";
import { nameOf } from "./users";
import type { Workspace } from "./workspace";

export type Item =
  | { readonly type: "channel"; readonly id: ChannelID; readonly channel: Channel; readonly title: string }
  | { readonly type: "user"; readonly id: string; readonly user: User; readonly title: string }
  | { readonly type: "command"; readonly id: string; readonly command: Command; readonly title: string };

export interface Found {
  readonly item: Item;
  readonly ranges: Match["ranges"];
}

interface Candidate {
  readonly item: Item;
  readonly title: Folded;
  /** What else finds it: a full name, a handle. */
  readonly other: readonly Folded[];
}

const shown = 30;
const recentBonus = 14;
const unreadBonus = 6;
const memberBonus = 8;

/**
 * What ⌘K finds. All that can be found is folded beforehand, and again when the
 * directory changes, so that a keystroke is only a walk over it.
 */
export class Switcher {
  readonly #w: Workspace;
  readonly #channels: ReadonlySignal<readonly Candidate[]>;
  readonly #users: ReadonlySignal<readonly Candidate[]>;

  constructor(w: Workspace) {
    this.#w = w;
    this.#channels = computed(() => {
      const own = w.channels.list.value;
      const known = new Set(own.map((c) => c.id));
      const others = publicChannels(w).list.value.filter((c) => !known.has(c.id) && !c.is_archived);
      return [...own.filter((c) => !c.is_im), ...others].map((c) => channelCandidate(w, c));
    });
    this.#users = computed(() =>
      w.users
        .all()
        .value.filter((u) => !u.deleted)
        .map((u) => userCandidate(u)),
    );
  }

  /** Reads the public channels that one is not in; without a connection there are only one's own. */
  load(): void {
    publicChannels(this.#w).load();
  }

  /** Best first. Reads signals: within a computed it follows the directory. */
  find(typed: string, commands: readonly Command[], here?: ChannelID): readonly Found[] {
    const sign = /^[#@>]/.exec(typed)?.[0];
    const query = fold(typed.slice(sign ? 1 : 0).trim()).plain;
    const recent = new Map(recentOf(this.#w).list.value.map((id, i) => [id, i]));
    if (query === "" && !sign) return this.#recent([...recent.keys()], here);
    const pool = [
      ...(sign === "@" || sign === ">" ? [] : this.#channels.value),
      ...(sign === "#" || sign === ">" ? [] : this.#users.value),
      ...(sign === "#" || sign === "@" ? [] : commands.filter((c) => !c.unlisted).map(commandCandidate)),
    ];
    const dms = this.#partners();
    const found = new Best(shown);
    for (const candidate of pool) {
      const m = best(query, candidate);
      // Commands are sentences, in which any few letters can be found: only their words count.
      if (m && (m.neat || candidate.item.type !== "command")) {
        found.add(candidate.item, m.ranges, m.score + this.#bonus(candidate.item, recent, dms));
      }
    }
    return found.list;
  }

  /** What calls, what was open last, then the others; but not where one is. */
  #recent(ids: readonly ChannelID[], here: ChannelID | undefined): readonly Found[] {
    const w = this.#w;
    const all = new Map(w.channels.list.value.map((c) => [c.id, c]));
    const unread = [...all.keys()].filter((id) => w.unread.of(id).value.mentions > 0 && !ids.includes(id));
    return [...new Set([...unread, ...ids, ...all.keys()])]
      .filter((id) => id !== here)
      .flatMap((id) => {
        const channel = all.get(id);
        return channel
          ? [{ item: { type: "channel" as const, id, channel, title: channelTitle(w, channel) }, ranges: [] }]
          : [];
      })
      .slice(0, 12);
  }

  /** With whom there are direct messages, and in which conversation. */
  #partners(): ReadonlyMap<string, ChannelID> {
    return new Map(this.#w.channels.list.value.flatMap((c) => (c.is_im && c.user ? [[c.user, c.id] as const] : [])));
  }

  #bonus(item: Item, recent: ReadonlyMap<ChannelID, number>, dms: ReadonlyMap<string, ChannelID>): number {
    if (item.type === "command") return -4;
    if (item.type === "channel" && item.channel.is_member === false) return 0;
    const channel = item.type === "channel" ? item.id : dms.get(item.id);
    if (!channel) return 0;
    const place = recent.get(channel);
    const unread = this.#w.unread.of(channel).value.unread ? unreadBonus : 0;
    return memberBonus + unread + (place === undefined ? 0 : recentBonus - place * 0.4);
  }
}

/** The best so many of those that are added, the very best first. */
class Best {
  readonly list: (Found & { readonly score: number })[] = [];
  readonly #most: number;

  constructor(most: number) {
    this.#most = most;
  }

  add(item: Item, ranges: Match["ranges"], score: number): void {
    const worst = this.list.at(-1);
    if (worst && this.list.length === this.#most && worst.score >= score) return;
    let at = this.list.length;
    while (at > 0 && (this.list[at - 1]?.score ?? 0) < score) at--;
    this.list.splice(at, 0, { item, ranges, score });
    if (this.list.length > this.#most) this.list.pop();
  }
}

function best(query: string, { title, other }: Candidate): Match | undefined {
  const own = match(query, title);
  let score = own?.score ?? Number.NEGATIVE_INFINITY;
  for (const folded of other) score = Math.max(score, (match(query, folded)?.score ?? Number.NEGATIVE_INFINITY) - 2);
  return score === Number.NEGATIVE_INFINITY ? undefined : { score, neat: own?.neat ?? true, ranges: own?.ranges ?? [] };
}

function channelCandidate(w: Workspace, channel: Channel): Candidate {
  const title = channelTitle(w, channel);
  const previous = (channel.previous_names ?? []).map(fold);
  return { item: { type: "channel", id: channel.id, channel, title }, title: fold(title), other: previous };
}

function userCandidate(user: User): Candidate {
  const title = nameOf(user);
  const others = [user.profile.real_name, user.name].filter((name) => name && name !== title);
  return { item: { type: "user", id: user.id, user, title }, title: fold(title), other: others.map(fold) };
}

function commandCandidate(command: Command): Candidate {
  return {
    item: { type: "command", id: command.id, command, title: command.title },
    title: fold(command.title),
    other: [],
  };
}

export const switcherOf = (w: Workspace): Switcher => w.part(createSwitcher);

function createSwitcher(w: Workspace): Switcher {
  return new Switcher(w);
}
