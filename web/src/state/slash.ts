/** The slash commands: what is typed instead of a message. All are made of what the Web API can do. */

import { ApiError } from "../net/api";
import type { ChannelID, Ts, UserID } from "../wire/objects";
import { codeOf } from "./remote";
import type { Main } from "./route";
import type { Workspace } from "./workspace";

export interface SlashContext {
  readonly w: Workspace;
  readonly channel: ChannelID;
  readonly thread?: Ts;
  /** What stands behind the command, in Slack's markup. */
  readonly text: string;
}

/** What is to happen when a command has run; error says why it could not. */
export type SlashResult =
  | { readonly type: "done"; readonly note?: SlashNote }
  /** Send text in Slack's markup, and behind it words that are no markup. */
  | { readonly type: "send"; readonly text: string; readonly plain: string }
  | { readonly type: "go"; readonly to: Main }
  | { readonly type: "show"; readonly what: "shortcuts" | "status" }
  | { readonly type: "error"; readonly error: SlashError; readonly detail?: string };

export type SlashNote =
  | "muted"
  | "unmuted"
  | "invited"
  | "removed"
  | "reminder"
  | "status"
  | "cleared"
  | "paused"
  | "resumed"
  | "active"
  | "away"
  | "topic"
  | "left"
  | "renamed"
  | "archived"
  | "starred"
  | "unstarred";
export type SlashError =
  | "usage"
  | "unknown_channel"
  | "unknown_user"
  | "not_a_channel"
  | "in_thread"
  | "api"
  | "duration";

export interface SlashCommand {
  readonly name: SlashName;
  /** Other names for the same. */
  readonly aliases?: readonly string[];
  readonly run: (c: SlashContext) => SlashResult | Promise<SlashResult>;
}

export type SlashName =
  | "active"
  | "archive"
  | "away"
  | "dnd"
  | "invite"
  | "join"
  | "leave"
  | "me"
  | "msg"
  | "mute"
  | "open"
  | "remind"
  | "remove"
  | "rename"
  | "search"
  | "shortcuts"
  | "shrug"
  | "star"
  | "status"
  | "topic";

const usage: SlashResult = { type: "error", error: "usage" };
const done = (note?: SlashNote): SlashResult => ({ type: "done", ...(note && { note }) });

export const slashCommands: readonly SlashCommand[] = [
  { name: "active", run: (c) => presence(c, "auto", "active") },
  { name: "archive", run: (c) => onChannel(c, () => c.w.channels.archive(c.channel), "archived") },
  { name: "away", run: (c) => presence(c, "away", "away") },
  { name: "dnd", run: dnd },
  { name: "invite", aliases: ["add"], run: invite },
  { name: "join", run: join },
  { name: "leave", aliases: ["part", "close"], run: leave },
  { name: "me", run: me },
  { name: "msg", aliases: ["dm"], run: msg },
  { name: "mute", run: mute },
  { name: "open", run: open },
  { name: "remind", run: remind },
  { name: "remove", aliases: ["kick"], run: remove },
  { name: "rename", run: rename },
  { name: "search", aliases: ["s"], run: (c) => ({ type: "go", to: { type: "search", query: plain(c.text) } }) },
  { name: "shortcuts", aliases: ["keys"], run: () => ({ type: "show", what: "shortcuts" }) },
  { name: "shrug", run: (c) => ({ type: "send", text: c.text, plain: "¯\\_(ツ)_/¯" }) },
  { name: "star", run: star },
  { name: "status", run: status },
  { name: "topic", run: topic },
];

/** Splits "/name text"; undefined for what is no command, as a path is. */
export function parseSlash(text: string): { name: string; text: string } | undefined {
  const match = /^\/([a-z][\w-]*)(?:[ \n]+([\s\S]*))?$/i.exec(text);
  return match ? { name: (match[1] ?? "").toLowerCase(), text: (match[2] ?? "").trim() } : undefined;
}

export function findSlash(name: string): SlashCommand | undefined {
  return slashCommands.find((c) => c.name === name || c.aliases?.includes(name));
}

/** Runs a command; what the server refuses is a result too. */
export async function runSlash(command: SlashCommand, c: SlashContext): Promise<SlashResult> {
  try {
    return await command.run(c);
  } catch (e) {
    if (e instanceof ApiError) return { type: "error", error: "api", detail: e.code };
    throw e;
  }
}

async function onChannel(c: SlashContext, act: () => Promise<void>, note?: SlashNote): Promise<SlashResult> {
  const channel = c.w.channels.get(c.channel).peek();
  if (!channel || channel.is_im || channel.is_mpim) return { type: "error", error: "not_a_channel" };
  await act();
  return done(note);
}

async function presence(c: SlashContext, state: "auto" | "away", note: SlashNote): Promise<SlashResult> {
  await c.w.api.call("users.setPresence", { presence: state });
  return done(note);
}

async function me(c: SlashContext): Promise<SlashResult> {
  if (!c.text) return usage;
  if (c.thread) return { type: "error", error: "in_thread" };
  await c.w.api.call("chat.meMessage", { channel: c.channel, text: c.text });
  return done();
}

async function topic(c: SlashContext): Promise<SlashResult> {
  await c.w.channels.setTopic(c.channel, c.text);
  return done("topic");
}

async function rename(c: SlashContext): Promise<SlashResult> {
  if (!c.text) return usage;
  return onChannel(c, () => c.w.channels.rename(c.channel, plain(c.text).replace(/^#/, "")), "renamed");
}

async function invite(c: SlashContext): Promise<SlashResult> {
  const users = await usersIn(c);
  if (!users) return usage;
  if (users.length === 0) return { type: "error", error: "unknown_user" };
  return onChannel(c, () => c.w.channels.invite(c.channel, users), "invited");
}

async function remove(c: SlashContext): Promise<SlashResult> {
  const users = await usersIn(c);
  if (!users) return usage;
  const [user] = users;
  if (!user) return { type: "error", error: "unknown_user" };
  return onChannel(c, () => c.w.channels.kick(c.channel, user), "removed");
}

async function leave(c: SlashContext): Promise<SlashResult> {
  const channel = c.w.channels.get(c.channel).peek();
  if (channel?.is_im || channel?.is_mpim) await c.w.channels.closeDM(c.channel);
  else await c.w.channels.leave(c.channel);
  return { type: "go", to: { type: "home" } };
}

/** It waits for a connection where there is none, and the composer does not. */
function later(c: SlashContext, work: Promise<void>): void {
  work.catch((error: unknown) => c.w.operations.tell(codeOf(error)));
}

async function mute(c: SlashContext): Promise<SlashResult> {
  const muted = c.w.channels.muted.peek().has(c.channel);
  later(c, c.w.channels.mute(c.channel, !muted));
  return done(muted ? "unmuted" : "muted");
}

async function star(c: SlashContext): Promise<SlashResult> {
  const starred = c.w.channels.starred.peek().has(c.channel);
  later(c, c.w.channels.star(c.channel, !starred));
  return done(starred ? "unstarred" : "starred");
}

async function join(c: SlashContext): Promise<SlashResult> {
  const id = await channelIn(c);
  if (!id) return c.text ? { type: "error", error: "unknown_channel" } : usage;
  await c.w.channels.join(id);
  return { type: "go", to: { type: "channel", channel: id } };
}

async function open(c: SlashContext): Promise<SlashResult> {
  if (!c.text) return usage;
  const id = await channelIn(c);
  if (id) return { type: "go", to: { type: "channel", channel: id } };
  return (await usersIn(c))?.length ? msg(c) : { type: "error", error: "unknown_channel" };
}

/** "/msg @someone text", "/msg #channel text". */
async function msg(c: SlashContext): Promise<SlashResult> {
  const [, target = "", text = ""] = /^(\S+)\s*([\s\S]*)$/.exec(c.text) ?? [];
  if (!target) return usage;
  const named = { ...c, text: target };
  let id = await channelIn(named);
  if (!id) {
    const users = await usersIn(named);
    if (!users?.length) return { type: "error", error: "unknown_user" };
    id = (await c.w.channels.openDM(users)).id;
  }
  if (text) c.w.outbox.send(id, { text });
  return { type: "go", to: { type: "channel", channel: id } };
}

/** "/remind [me] [to] do that in 20 minutes", "/remind me tomorrow at 9 to do that". */
async function remind(c: SlashContext): Promise<SlashResult> {
  const said = splitReminder(c.text);
  if (!said) return usage;
  await c.w.api.call("reminders.add", said);
  return done("reminder");
}

const timeWords =
  /\b(in \d+|in an? |at \d|on (?:mon|tues|wednes|thurs|fri|satur|sun)|on \w+ \d|tomorrow|today|tonight|next |every |daily|weekly|monday|tuesday|wednesday|thursday|friday|saturday|sunday)/i;

/** Parts what to be reminded of from when; undefined where there is no time in it. */
export function splitReminder(text: string): { text: string; time: string } | undefined {
  const said = text.trim().replace(/^me\b\s*/i, "");
  const quoted = /^["“](.+)["”]\s+(.+)$/.exec(said);
  if (quoted?.[1] && quoted[2]) return { text: quoted[1], time: quoted[2] };
  const first = timeWords.exec(said);
  if (!first) return undefined;
  if (first.index === 0) {
    const [, time = "", what = ""] = /^(.+?)\s+(?:to|that|about)\s+(.+)$/i.exec(said) ?? [];
    return what ? { text: what, time } : undefined;
  }
  const what = said
    .slice(0, first.index)
    .trim()
    .replace(/^(?:to|that|about)\s+/i, "");
  return what ? { text: what, time: said.slice(first.index).trim() } : undefined;
}

/** "/status :palm_tree: On holiday", "/status clear". */
async function status(c: SlashContext): Promise<SlashResult> {
  if (!c.text) return { type: "show", what: "status" };
  const clear = /^(clear|none)$/i.test(c.text);
  const [, emoji = "", text = ""] = /^(:[^\s:]+(?:::skin-tone-\d)?:)?\s*([\s\S]*)$/.exec(c.text) ?? [];
  const profile = clear
    ? { status_text: "", status_emoji: "", status_expiration: 0 }
    : { status_text: plain(text), status_emoji: emoji || ":speech_balloon:", status_expiration: 0 };
  await c.w.api.call("users.profile.set", { profile });
  return done(clear ? "cleared" : "status");
}

/** "/dnd 2 hours", "/dnd off"; an hour where nothing is said. */
async function dnd(c: SlashContext): Promise<SlashResult> {
  if (/^(off|end|stop)$/i.test(c.text)) {
    await c.w.api.call("dnd.endSnooze");
    return done("resumed");
  }
  const minutes = c.text ? minutesIn(c.text) : 60;
  if (!minutes) return { type: "error", error: "duration" };
  await c.w.api.call("dnd.setSnooze", { num_minutes: minutes });
  return done("paused");
}

const unitMinutes: Record<string, number> = { m: 1, h: 60, d: 1440, w: 10_080 };

/** The minutes of "20 minutes", "1h", "for 2 days", "1 hour 30 minutes". */
export function minutesIn(text: string): number | undefined {
  let minutes = 0;
  const rest = text.replace(/(\d+(?:\.\d+)?|an?\b)\s*(m|h|d|w)[a-z]*/gi, (_, count: string, unit: string) => {
    minutes += (/^a/i.test(count) ? 1 : Number(count)) * (unitMinutes[unit.toLowerCase()] ?? 0);
    return "";
  });
  return /^(for|and|in|[\s,])*$/i.test(rest) && minutes > 0 ? Math.round(minutes) : undefined;
}

/** Text without the signs of mentions. */
function plain(text: string): string {
  return text.replace(/&lt;/g, "<").replace(/&gt;/g, ">").replace(/&amp;/g, "&");
}

/** The people who are mentioned, or named with @; undefined where there is no name at all. */
async function usersIn(c: SlashContext): Promise<UserID[] | undefined> {
  const ids = [...c.text.matchAll(/<@(\w+)(?:\|[^>]*)?>/g)].map((m) => m[1] as string);
  const names = [...c.text.matchAll(/(?:^|\s)@([\w.-]+)/g)].map((m) => (m[1] as string).toLowerCase());
  if (ids.length === 0 && names.length === 0)
    return c.text && !/^</.test(c.text) ? namesToUsers(c, [c.text.toLowerCase()]) : undefined;
  return [...ids, ...(await namesToUsers(c, names))];
}

async function namesToUsers(c: SlashContext, names: readonly string[]): Promise<UserID[]> {
  if (names.length > 0) await c.w.users.load();
  return names.flatMap((name) => {
    const user = c.w.users
      .search(name, 5)
      .find((u) => [u.name, u.profile.display_name, u.profile.real_name].some((n) => n?.toLowerCase() === name));
    return user ? [user.id] : [];
  });
}

/** The channel that is mentioned, or named with or without #. */
async function channelIn(c: SlashContext): Promise<ChannelID | undefined> {
  const id = /<#(\w+)(?:\|[^>]*)?>/.exec(c.text)?.[1];
  if (id) return id;
  if (/[<@]/.test(c.text) || !c.text) return undefined;
  const name = plain(c.text).trim().replace(/^#/, "").toLowerCase();
  const own = c.w.channels.list.peek().find((ch) => ch.name === name);
  if (own) return own.id;
  return (await c.w.channels.browse(name, 10)).find((ch) => ch.name === name)?.id;
}
