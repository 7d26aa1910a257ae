/** The changes that wait for the server: what each shows, how it is asked for, and what counts as done. */

import { type Api, ApiError } from "../net/api";
import { withPin, withReaction } from "../store/messages";
import type { Block, ChannelID, Message, Ts, UserID } from "../wire/objects";

export type MessageChange =
  | {
      readonly kind: "edit";
      readonly text: string;
      readonly blocks?: Block[];
      /** The thread that the message is a reply in. */
      readonly thread?: Ts;
    }
  | { readonly kind: "remove" }
  | { readonly kind: "react"; readonly name: string; readonly on: boolean }
  | { readonly kind: "pin"; readonly on: boolean }
  /** Kept for later; due in seconds, 0: never. */
  | { readonly kind: "save"; readonly on: boolean; readonly due: number };

/** A conversation comes into one of the person's lists, or goes (see ChannelLists). */
export interface Listing {
  readonly kind: "list";
  readonly on: boolean;
}

export type Change = MessageChange | Listing;

const kinds: Readonly<Record<Change["kind"], true>> = {
  edit: true,
  remove: true,
  react: true,
  pin: true,
  save: true,
  list: true,
};

/** Whether this version knows what it is: a tab with a later one writes to the same disk. */
export function isKnown(c: { readonly kind: string }): boolean {
  return Object.hasOwn(kinds, c.kind);
}

/**
 * Which message is changed. Of a listing channel is the list, so that its changes go out one after the other, and
 * ts is the conversation.
 */
export interface Target {
  readonly channel: ChannelID;
  readonly ts: Ts;
}

/** Of two changes of a message with the same slot only the later one matters. */
export function slotOf(c: Change): string {
  return c.kind === "react" ? `react ${c.name}` : c.kind;
}

/** The message as it is once the server has agreed, until the event comes. */
export function settled(m: Message, to: Target, c: Change, self: UserID, now: Ts): Message | undefined {
  switch (c.kind) {
    case "edit":
      return { ...m, text: c.text, blocks: c.blocks, edited: { user: self, ts: now } };
    case "remove":
      return m.reply_count ? m : undefined; // one with replies leaves a tombstone: the event brings it
    case "react":
      return withReaction(m, c.name, self, c.on);
    case "pin":
      return withPin(m, to.channel, c.on);
    case "save":
    case "list":
      return m;
    default:
      c satisfies never; // of a later version
      return m;
  }
}

/** Asks the server for a change of a message. What is so already, or of one that is no more, is done. */
export async function ask(api: Api, to: Target, c: MessageChange): Promise<void> {
  try {
    await request(api, to, c);
  } catch (e) {
    if (!(e instanceof ApiError) || !isDone(c, e.code)) throw e;
  }
}

async function request(api: Api, { channel, ts }: Target, c: MessageChange): Promise<void> {
  const item = { item_type: "message", item_id: channel, ts };
  switch (c.kind) {
    case "edit":
      await api.call("chat.update", { channel, ts, text: c.text, blocks: c.blocks });
      return;
    case "remove":
      await api.call("chat.delete", { channel, ts });
      return;
    case "react":
      await api.call(c.on ? "reactions.add" : "reactions.remove", { channel, timestamp: ts, name: c.name });
      return;
    case "pin":
      await api.call(c.on ? "pins.add" : "pins.remove", { channel, timestamp: ts });
      return;
    case "save":
      if (!c.on) await api.call("saved.delete", item);
      else await save(api, { ...item, date_due: c.due });
      return;
    default:
      c satisfies never;
      throw new ApiError("internal_error"); // what is not asked for must not count as done
  }
}

async function save(api: Api, item: { item_id: ChannelID; date_due: number }): Promise<void> {
  try {
    await api.call("saved.add", item);
  } catch (e) {
    if (!(e instanceof ApiError) || e.code !== "already_saved") throw e;
    if (item.date_due > 0) await api.call("saved.update", item);
  }
}

const done = new Set(["already_reacted", "no_reaction", "already_pinned", "no_pin", "message_not_found"]);

function isDone(c: MessageChange, code: string): boolean {
  if (c.kind === "edit") return false; // its text is to be told of
  return done.has(code) || (c.kind === "save" && !c.on && code === "not_found");
}
