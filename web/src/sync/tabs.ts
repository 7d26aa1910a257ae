/**
 * The tabs of one workspace on this device. One leads: it has the socket and writes
 * what comes; it tells the others, which ask it to send. When it goes, the lock
 * passes to another.
 */

import type { Connection } from "../net/connection";
import type { Platform, TabChannel } from "../platform/platform";
import type { ClientFrame } from "../wire/frames";
import type { Batch } from "./batch";

export type TabMessage =
  /** The leader: this was kept as number rev. Without rev it was not worth keeping. */
  | { kind: "batch"; rev?: number; batch: Batch }
  /** The leader: how it stands with the server, and whether its counts are there (older versions do not say). */
  | { kind: "connection"; connection: Connection; counted?: boolean }
  /** A tab that begins to follow, or a leader that begins to lead: say what you want. */
  | { kind: "hello" }
  | { kind: "leading" }
  /** To the leader: send this, watch those on behalf of this tab, come back now. */
  | { kind: "frame"; frame: ClientFrame }
  | { kind: "presence"; tab: string; ids: readonly string[] }
  | { kind: "hurry" }
  /** The outbox on disk has changed: by what the server said, where it did. */
  | { kind: "outbox"; verdict?: Verdict };

/** What became of a change that waited: done, or refused. */
export interface Verdict {
  readonly id: string;
  readonly error?: string;
}

export interface TabsHandlers {
  /** This tab leads from now on. */
  onLead(): void;
  /** Another tab has taken over, as this one did not answer it. */
  onDeposed(): void;
  onMessage(m: TabMessage): void;
}

export class Tabs {
  readonly id: string;
  #shared: boolean;
  readonly #platform: Platform;
  readonly #name: string;
  readonly #handlers: TabsHandlers;
  readonly #channel: TabChannel | undefined;
  readonly #stop = new AbortController();
  #leading = false;
  /** Ends the wait for the lock. */
  #waiting = new AbortController();

  constructor(platform: Platform, name: string, durable: boolean, handlers: TabsHandlers) {
    this.id = platform.uuid();
    this.#shared = platform.hasLocks && durable;
    this.#platform = platform;
    this.#name = name;
    this.#handlers = handlers;
    if (!this.#shared) {
      this.#lead();
      return;
    }
    this.#channel = platform.tabs(name);
    this.#channel.onmessage = (m) => handlers.onMessage(m as TabMessage);
    this.#contend(false);
  }

  get leading(): boolean {
    return this.#leading;
  }

  /** Whether there can be others. */
  get shared(): boolean {
    return this.#shared;
  }

  /** Tells all the other tabs. */
  post(m: TabMessage): void {
    if (!this.#stop.signal.aborted) this.#channel?.post(m);
  }

  /** Takes over from a leader that does not answer: a browser may have frozen its tab. */
  takeOver(): void {
    if (!this.#shared || this.#leading || this.#stop.signal.aborted) return;
    this.#waiting.abort();
    this.#contend(true);
  }

  /** Has nothing to do with the others any more: one of them leads, and this tab is by itself. */
  leave(): void {
    this.#shared = false;
    this.#stop.abort();
    this.#waiting.abort();
    this.#channel?.close();
  }

  close(): void {
    this.leave();
    this.#leading = false;
  }

  #contend(steal: boolean): void {
    const waiting = new AbortController();
    this.#waiting = waiting;
    const closed = new Promise<void>((resolve) => {
      this.#stop.signal.addEventListener("abort", () => resolve());
    });
    let granted = false;
    const hold = () => {
      granted = true;
      if (!this.#stop.signal.aborted) this.#lead();
      return closed;
    };
    this.#platform.lock(`${this.#name}.lead`, waiting.signal, hold, steal).catch(() => {
      if (this.#stop.signal.aborted || waiting.signal.aborted) return;
      if (!granted) return this.#lead(); // no lock is to be had: then each tab by itself
      this.#leading = false;
      this.#handlers.onDeposed();
      this.#contend(false);
    });
  }

  /** Not before the caller has the Tabs in hand. */
  #lead(): void {
    queueMicrotask(() => {
      if (this.#stop.signal.aborted || this.#leading) return;
      this.#leading = true;
      this.#handlers.onLead();
    });
  }
}
