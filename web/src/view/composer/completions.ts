import type { RecentEmoji } from "../../state/emoji_recent";
import { publicChannels } from "../../state/public_channels";
import { type SlashCommand, slashCommands } from "../../state/slash";
import { nameOf } from "../../state/users";
import type { Workspace } from "../../state/workspace";
import type { Channel, ChannelID, Ts, User, Usergroup } from "../../wire/objects";
import { emojiTable } from "../emoji/data";
import { searchEmoji } from "../emoji/search";
import type { Trigger } from "./trigger";

/** What is offered for what was typed behind @, #, : and /. */
export type Suggestion =
  | { readonly type: "user"; readonly user: User }
  | { readonly type: "usergroup"; readonly group: Usergroup }
  | { readonly type: "broadcast"; readonly range: "here" | "channel" | "everyone" }
  | { readonly type: "channel"; readonly channel: Channel }
  | { readonly type: "emoji"; readonly name: string }
  | { readonly type: "command"; readonly command: SlashCommand };

const most = 10;

export interface Place {
  readonly w: Workspace;
  readonly channel?: ChannelID;
  readonly thread?: Ts;
  readonly recent: RecentEmoji;
}

export function suggest(trigger: Trigger, place: Place): Suggestion[] {
  switch (trigger.kind) {
    case "mention":
      return mentions(trigger.query, place);
    case "channel":
      return channels(trigger.query, place);
    case "emoji":
      return searchEmoji(trigger.query, emojiTable.value, place.w.emoji.all.value, place.recent.list.peek(), most).map(
        (name) => ({
          type: "emoji",
          name,
        }),
      );
    case "slash":
      return commands(trigger.query);
  }
}

/** Those who took part lately come first where nothing was typed yet. */
function mentions(query: string, place: Place): Suggestion[] {
  const wanted = query.toLowerCase();
  const people = wanted === "" ? around(place) : [];
  const found = place.w.users.search(query, most + people.length);
  const users = [...people, ...found.filter((u) => !people.includes(u))].slice(0, most);
  const groups =
    wanted === "" ? [] : place.w.usergroups.all.value.filter((g) => startsSome([g.handle, g.name], wanted));
  const out: Suggestion[] = [
    ...users.map((user): Suggestion => ({ type: "user", user })),
    ...groups.slice(0, 4).map((group): Suggestion => ({ type: "usergroup", group })),
  ];
  const all = ranges(place).filter((range) => wanted === "" || range.startsWith(wanted));
  const broadcasts = all.map((range): Suggestion => ({ type: "broadcast", range }));
  const first = wanted.length > 1 && all.some((range) => range.startsWith(wanted));
  const room = out.slice(0, most - Math.min(broadcasts.length, most));
  return first ? [...broadcasts, ...room] : [...room, ...broadcasts];
}

/** Who wrote here last, oneself left out. */
function around({ w, channel, thread }: Place): User[] {
  if (!channel) return [];
  const timeline = thread ? w.threads.of(channel, thread) : w.timelines.of(channel);
  const out: User[] = [];
  for (const key of timeline.messages.peek().slice(-40).toReversed()) {
    const id = timeline.message(key).peek()?.user;
    const user = id && id !== w.self.peek().id ? w.users.get(id).peek() : undefined;
    if (user && !user.deleted && !out.includes(user)) out.push(user);
    if (out.length >= 5) break;
  }
  return out;
}

function ranges({ w, channel }: Place): ("here" | "channel" | "everyone")[] {
  const c = channel ? w.channels.get(channel).peek() : undefined;
  if (!c || c.is_im) return [];
  return c.is_general ? ["here", "channel", "everyone"] : ["here", "channel"];
}

function startsSome(names: readonly string[], query: string): boolean {
  return names.some((name) => {
    const low = name.toLowerCase();
    return low.startsWith(query) || low.includes(` ${query}`) || low.includes(`-${query}`);
  });
}

/** One's own channels first, then the public ones that one is not in. */
function channels(query: string, { w, channel }: Place): Suggestion[] {
  const wanted = query.toLowerCase();
  const ranked: { channel: Channel; rank: number }[] = [];
  const own = w.channels.list.peek();
  const others = publicChannels(w);
  others.load();
  const known = new Set(own.map((c) => c.id));
  for (const c of [...own, ...others.list.peek().filter((o) => !known.has(o.id))]) {
    if (c.is_im || c.is_mpim || !c.name || c.is_archived) continue;
    const at = c.name.toLowerCase().indexOf(wanted);
    if (at < 0) continue;
    const rank = at === 0 ? 0 : /[-_]/.test(c.name[at - 1] ?? "") ? 1 : 2;
    ranked.push({ channel: c, rank: c.id === channel && wanted === "" ? 3 : rank + (known.has(c.id) ? 0 : 0.5) });
  }
  ranked.sort((a, b) => a.rank - b.rank || (a.channel.name ?? "").localeCompare(b.channel.name ?? ""));
  return ranked.slice(0, most).map(({ channel: c }) => ({ type: "channel", channel: c }));
}

function commands(query: string): Suggestion[] {
  const wanted = query.toLowerCase();
  const starts = (c: SlashCommand) => c.name.startsWith(wanted);
  const other = (c: SlashCommand) => !starts(c) && c.aliases?.some((name) => name.startsWith(wanted));
  return [...slashCommands.filter(starts), ...slashCommands.filter(other)].map((command) => ({
    type: "command",
    command,
  }));
}

/** What a suggestion is called: of two with one key only one is drawn. */
export function keyOf(s: Suggestion): string {
  switch (s.type) {
    case "user":
      return s.user.id;
    case "usergroup":
      return s.group.id;
    case "broadcast":
      return s.range;
    case "channel":
      return s.channel.id;
    case "emoji":
      return `:${s.name}`;
    case "command":
      return `/${s.command.name}`;
  }
}

/** What one says of a user beside the name by which they are called. */
export function secondName(u: User): string {
  const name = nameOf(u);
  const full = u.profile.real_name || u.real_name || "";
  return full && full !== name ? full : u.name !== name ? u.name : "";
}
