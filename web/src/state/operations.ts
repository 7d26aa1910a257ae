import { batch } from "@preact/signals-core";
import { ApiError } from "../net/api";
import { withPin, withReaction } from "../store/messages";
import type { Block, ChannelID, Message, Ts } from "../wire/objects";
import type { Workspace } from "./workspace";

/** A change of a message that the server doesn't have yet. */
interface Operation {
  f: (m: Message) => Message | undefined;
  hides: boolean;
}

/** How an operation is asked for. */
interface Request {
  method: string;
  args: Record<string, unknown>;
  /** What the message is once the server has agreed, until the event comes. */
  settled: (m: Message) => Message | undefined;
  /** Errors that say that it is so already. */
  fine?: string[];
  hides?: boolean;
}

/**
 * Changes of messages that are on their way: they are laid over whatever the server
 * says of the message meanwhile, and taken off when it has answered.
 */
export class Operations {
  readonly #w: Workspace;
  readonly #all = new Map<string, Operation[]>();
  /** How many messages of a channel are hidden by them. */
  readonly #hiding = new Map<ChannelID, number>();

  constructor(w: Workspace) {
    this.#w = w;
  }

  async edit(channel: ChannelID, ts: Ts, to: { text: string; blocks?: Block[] }): Promise<void> {
    const edited = { user: this.#w.self.peek().id, ts: String(this.#w.platform.clock.now() / 1000) };
    const settled = (m: Message): Message => ({ ...m, text: to.text, blocks: to.blocks, edited });
    const f = (m: Message): Message => ({ ...settled(m), local: { state: "sending" } });
    await this.#operate(channel, ts, f, { method: "chat.update", args: { channel, ts, ...to }, settled });
  }

  async remove(channel: ChannelID, ts: Ts): Promise<void> {
    await this.#operate(channel, ts, () => undefined, {
      method: "chat.delete",
      args: { channel, ts },
      // One with replies leaves a tombstone: the event brings it.
      settled: (m) => (m.reply_count ? m : undefined),
      fine: ["message_not_found"],
      hides: true,
    });
  }

  async react(channel: ChannelID, ts: Ts, name: string, on: boolean): Promise<void> {
    const self = this.#w.self.peek().id;
    const f = (m: Message) => withReaction(m, name, self, on);
    await this.#operate(channel, ts, f, {
      method: on ? "reactions.add" : "reactions.remove",
      args: { channel, timestamp: ts, name },
      settled: f,
      fine: [on ? "already_reacted" : "no_reaction"],
    });
  }

  async pin(channel: ChannelID, ts: Ts, on: boolean): Promise<void> {
    const f = (m: Message) => withPin(m, channel, on);
    await this.#operate(channel, ts, f, {
      method: on ? "pins.add" : "pins.remove",
      args: { channel, timestamp: ts },
      settled: f,
      fine: [on ? "already_pinned" : "no_pin"],
    });
  }

  /** The message with the changes that are on their way. */
  overlay(channel: ChannelID, m: Message): Message | undefined {
    let now: Message | undefined = m;
    for (const o of this.#all.get(`${channel}/${m.ts}`) ?? []) now = now && o.f(now);
    return now;
  }

  hides(channel: ChannelID, ts: Ts): boolean {
    return this.#all.get(`${channel}/${ts}`)?.some((o) => o.hides) ?? false;
  }

  hidesIn(channel: ChannelID): boolean {
    return this.#hiding.has(channel);
  }

  /** Shows a change, asks for it, and puts in place of it what the server made of it. */
  async #operate(channel: ChannelID, ts: Ts, f: Operation["f"], r: Request): Promise<void> {
    const { timelines, api } = this.#w;
    const key = `${channel}/${ts}`;
    const operation: Operation = { f, hides: r.hides ?? false };
    this.#all.set(key, [...(this.#all.get(key) ?? []), operation]);
    this.#hide(channel, operation.hides ? 1 : 0);
    timelines.refresh(channel, ts);
    try {
      await api.call(r.method, r.args).catch((e: unknown) => {
        if (!(e instanceof ApiError && r.fine?.includes(e.code))) throw e;
      });
      batch(() => {
        this.#settle(channel, key, operation);
        timelines.apply({ channel, changes: [{ kind: "revise", ts, f: r.settled }] });
        timelines.refresh(channel, ts);
      });
    } catch (e) {
      this.#settle(channel, key, operation);
      timelines.refresh(channel, ts);
      throw e;
    }
  }

  #settle(channel: ChannelID, key: string, operation: Operation): void {
    const left = (this.#all.get(key) ?? []).filter((o) => o !== operation);
    if (left.length > 0) this.#all.set(key, left);
    else this.#all.delete(key);
    this.#hide(channel, operation.hides ? -1 : 0);
  }

  #hide(channel: ChannelID, by: number): void {
    const n = (this.#hiding.get(channel) ?? 0) + by;
    if (n > 0) this.#hiding.set(channel, n);
    else this.#hiding.delete(channel);
  }
}
