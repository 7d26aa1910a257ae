import { type ReadonlySignal, type Signal, signal } from "@preact/signals-core";
import type { Undo } from "../platform/platform";
import { timelineKey } from "../store/messages";
import type { EventOf } from "../wire/events";
import type { ChannelID, Ts, UserID } from "../wire/objects";
import type { Workspace } from "./workspace";

/** How long somebody counts as typing after the last word of it, and how often we say so. */
const typingMs = 6_000;
const sayEveryMs = 3_000;

/** Who is typing: each for some seconds after the last word of it. */
export class Typing {
  readonly #w: Workspace;
  readonly #places = new Map<string, Signal<readonly UserID[]>>();
  readonly #timers = new Map<string, Undo>();
  #said = { key: "", at: 0 };

  constructor(w: Workspace) {
    this.#w = w;
  }

  in(channel: ChannelID, thread?: Ts): ReadonlySignal<readonly UserID[]> {
    return this.#place(timelineKey(channel, thread));
  }

  /** Tells the others, at most every few seconds. */
  send(channel: ChannelID, thread?: Ts): void {
    const key = timelineKey(channel, thread);
    const now = this.#w.platform.clock.now();
    if (this.#said.key === key && now - this.#said.at < sayEveryMs) return;
    if (this.#w.connection.peek().state !== "live") return; // nobody would hear it
    this.#said = { key, at: now };
    this.#w.feed?.send({ type: "typing", channel, thread_ts: thread });
  }

  apply(e: EventOf<"user_typing">): void {
    if (e.user === this.#w.self.peek().id) return;
    const key = timelineKey(e.channel, e.thread_ts);
    const s = this.#place(key);
    if (!s.peek().includes(e.user)) s.value = [...s.peek(), e.user];
    const timer = `${key} ${e.user}`;
    this.#timers.get(timer)?.();
    this.#timers.set(
      timer,
      this.#w.platform.clock.after(typingMs, () => this.#stopped(key, e.user)),
    );
  }

  /** Who has sent a message has stopped. */
  sent(channel: ChannelID, thread: Ts | undefined, user: UserID | undefined): void {
    if (user) this.#stopped(timelineKey(channel, thread), user);
  }

  close(): void {
    for (const undo of this.#timers.values()) undo();
  }

  #stopped(key: string, user: UserID): void {
    const timer = `${key} ${user}`;
    const undo = this.#timers.get(timer);
    if (!undo) return;
    undo();
    this.#timers.delete(timer);
    const s = this.#place(key);
    s.value = s.peek().filter((id) => id !== user);
  }

  #place(key: string): Signal<readonly UserID[]> {
    let s = this.#places.get(key);
    if (!s) {
      s = signal<readonly UserID[]>([]);
      this.#places.set(key, s);
    }
    return s;
  }
}
