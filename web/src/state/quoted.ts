/**
 * Messages that other messages link to. Each reader asks for them under their own
 * name, so a link shows nobody more than they may read.
 */

import { type ReadonlySignal, type Signal, signal } from "@preact/signals-core";
import { isPassing } from "../net/api";
import type { ChannelID, Message, Ts } from "../wire/objects";
import { parseRoute } from "./route";
import type { Workspace } from "./workspace";

/** Which message a link names. */
export interface MessageLink {
  readonly channel: ChannelID;
  readonly ts: Ts;
  /** The thread that it is a reply in. */
  readonly thread?: Ts;
}

export type Quote = { readonly state: "wait" | "gone" } | { readonly state: "ready"; readonly message: Message };

const maxKnown = 300;
const maxLinks = 3;

/** The messages that a stored text links to, of the server at origin; each once, at most three. */
export function messageLinks(text: string, origin: string): MessageLink[] {
  const found = new Map<string, MessageLink>();
  for (const [, escaped = ""] of text.matchAll(/<(https?:[^|>\s]+)/g)) {
    const link = linkOf(escaped.replaceAll("&amp;", "&"), origin);
    if (link !== undefined) found.set(`${link.channel}/${link.ts}`, link);
    if (found.size === maxLinks) break;
  }
  return [...found.values()];
}

function linkOf(address: string, origin: string): MessageLink | undefined {
  if (!address.startsWith(`${origin}/archives/`)) return undefined;
  const route = parseRoute(new URL(address));
  if (route.page !== "client" || route.main.type !== "channel") return undefined;
  const { channel, at } = route.main;
  if (route.side?.type === "thread" && route.side.at !== undefined)
    return { channel, ts: route.side.at, thread: route.side.ts };
  return at === undefined ? undefined : { channel, ts: at };
}

export class Quoted {
  private readonly known = new Map<string, Signal<Quote>>();
  /** Those that could not be asked for. */
  private readonly failed = new Map<Signal<Quote>, MessageLink>();

  constructor(private readonly w: Pick<Workspace, "api">) {}

  /** What the link shows to the person; asked for once. */
  of(link: MessageLink): ReadonlySignal<Quote> {
    const key = `${link.channel}/${link.ts}`;
    const known = this.known.get(key);
    if (known !== undefined) {
      if (this.failed.delete(known)) void this.load(link, known);
      return known;
    }
    if (this.known.size >= maxKnown) {
      this.known.clear();
      this.failed.clear();
    }
    const quote = signal<Quote>({ state: "wait" });
    this.known.set(key, quote);
    void this.load(link, quote);
    return quote;
  }

  /** Asks again for those that could not be asked for. */
  refresh(): void {
    const failed = [...this.failed];
    this.failed.clear();
    for (const [quote, link] of failed) void this.load(link, quote);
  }

  /** Nothing of a channel may be shown any more. */
  lost(channel: ChannelID): void {
    for (const [key, quote] of this.known) {
      if (!key.startsWith(`${channel}/`)) continue;
      quote.value = { state: "gone" };
      this.known.delete(key);
      this.failed.delete(quote);
    }
  }

  private async load(link: MessageLink, quote: Signal<Quote>): Promise<void> {
    const { channel, ts, thread } = link;
    const method = thread === undefined ? "conversations.history" : "conversations.replies";
    const args = {
      channel,
      oldest: ts,
      latest: ts,
      inclusive: true,
      limit: 2,
      ...(thread === undefined ? {} : { ts: thread }),
    };
    try {
      const { messages } = await this.w.api.call<{ messages: readonly Message[] }>(method, args);
      if (quote.peek().state !== "wait") return; // it was lost meanwhile
      const message = messages.find((m) => m.ts === ts);
      quote.value = message === undefined ? { state: "gone" } : { state: "ready", message };
    } catch (e) {
      if (quote.peek().state !== "wait") return;
      if (isPassing(e)) this.failed.set(quote, link);
      else quote.value = { state: "gone" };
    }
  }
}

const create = (w: Workspace) => {
  const quoted: Quoted & { close?(): void } = new Quoted(w);
  w.channels.onLost((channel) => quoted.lost(channel));
  w.onRefresh(() => quoted.refresh());
  return quoted;
};

/** The messages that links of a workspace lead to. */
export const quotedOf = (w: Workspace): Quoted => w.part(create);
