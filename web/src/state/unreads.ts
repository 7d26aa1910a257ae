/**
 * All that is unread, conversation by conversation. The page is a snapshot of the moment when it was opened: what is
 * marked as read stays in its place, greyed, until it is opened again, so that one can take it back.
 */
import { type Signal, signal } from "@preact/signals-core";
import { withReaction } from "../store/messages";
import type { Message } from "../wire/objects";
import type { Load } from "./paged";
import { codeOf, type Remote } from "./remote";

/** What is known of a conversation with something unread. */
export interface UnreadPlace {
  readonly channel: string;
  readonly lastRead: string;
  readonly mentions: number;
}

export interface UnreadChannel extends UnreadPlace {
  readonly load: Load;
  /** The oldest first. */
  readonly messages: readonly Message[];
  /** hasMore: more is unread than is shown. */
  readonly hasMore: boolean;
  readonly folded: boolean;
  readonly done: boolean;
}

interface HistoryAnswer {
  readonly messages: readonly Message[];
  readonly has_more?: boolean;
}

const mostShown = 15;
const atOnce = 4;

export class Unreads {
  readonly channels: Signal<readonly UnreadChannel[]> = signal([]);
  readonly load: Signal<Load> = signal({ state: "idle" });
  private generation = 0;

  constructor(private readonly remote: Remote) {}

  /** open takes the snapshot and reads what is unread, some conversations at a time. */
  async open(places: readonly UnreadPlace[]): Promise<void> {
    const mine = ++this.generation;
    const before = new Map(this.channels.peek().map((c) => [c.channel, c]));
    this.channels.value = places.map((place) => ({
      ...place,
      load: { state: "loading" },
      messages: [],
      hasMore: false,
      folded: before.get(place.channel)?.folded ?? false,
      done: false,
    }));
    this.load.value = { state: "loading" };
    const waiting = [...places];
    const worker = async () => {
      for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
        if (this.generation !== mine) return;
        await this.read(next.channel, mine);
      }
    };
    await Promise.all(Array.from({ length: atOnce }, worker));
    if (this.generation === mine) this.load.value = { state: "ready" };
  }

  /** again reads one conversation that could not be read. */
  async again(channel: string): Promise<void> {
    this.change(channel, { load: { state: "loading" } });
    await this.read(channel, this.generation);
  }

  fold(channel: string, folded: boolean): void {
    this.change(channel, { folded });
  }

  foldAll(folded: boolean): void {
    this.channels.value = this.channels.peek().map((c) => ({ ...c, folded }));
  }

  /** done greys a conversation out, or brings it back. */
  done(channel: string, done: boolean): void {
    this.change(channel, { done });
  }

  /** latest is up to where a conversation is read once all of it that is here was seen. */
  latest(channel: string): string | undefined {
    return this.channels
      .peek()
      .find((c) => c.channel === channel)
      ?.messages.at(-1)?.ts;
  }

  changed(channel: string, message: Message): void {
    const here = this.channels.peek().find((c) => c.channel === channel);
    if (here === undefined) return;
    this.change(channel, { messages: here.messages.map((m) => (m.ts === message.ts ? message : m)) });
  }

  /** reacted puts somebody's reaction on a message, or takes it off. */
  reacted(channel: string, ts: string, name: string, user: string, on: boolean): void {
    const here = this.channels.peek().find((c) => c.channel === channel);
    if (here?.messages.some((m) => m.ts === ts) !== true) return;
    this.change(channel, { messages: here.messages.map((m) => (m.ts === ts ? withReaction(m, name, user, on) : m)) });
  }

  deleted(channel: string, ts: string): void {
    const here = this.channels.peek().find((c) => c.channel === channel);
    if (here === undefined) return;
    this.change(channel, { messages: here.messages.filter((m) => m.ts !== ts) });
  }

  /** lost forgets a conversation of which the caller may know nothing any more. */
  lost(channel: string): void {
    this.channels.value = this.channels.peek().filter((c) => c.channel !== channel);
  }

  close(): void {
    this.generation++;
  }

  private async read(channel: string, mine: number): Promise<void> {
    const place = this.channels.peek().find((c) => c.channel === channel);
    if (place === undefined) return;
    try {
      const args = { channel, oldest: place.lastRead, limit: mostShown };
      const answer = await this.remote.call<HistoryAnswer>("conversations.history", args);
      if (this.generation !== mine) return;
      const messages = [...answer.messages].sort((a, b) => (a.ts < b.ts ? -1 : 1));
      this.change(channel, { load: { state: "ready" }, messages, hasMore: answer.has_more === true });
    } catch (error) {
      if (this.generation === mine) this.change(channel, { load: { state: "failed", code: codeOf(error) } });
    }
  }

  private change(channel: string, change: Partial<UnreadChannel>): void {
    this.channels.value = this.channels.peek().map((c) => (c.channel === channel ? { ...c, ...change } : c));
  }
}

/** remaining are those that still wait to be read. */
export function remaining(channels: readonly UnreadChannel[]): readonly UnreadChannel[] {
  return channels.filter((c) => !c.done);
}
