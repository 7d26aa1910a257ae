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
  /** The leader: how it stands with the server. */
  | { kind: "connection"; connection: Connection }
  /** A tab that begins to follow, or a leader that begins to lead: say what you want. */
  | { kind: "hello" }
  | { kind: "leading" }
  /** To the leader: send this, watch those on behalf of this tab, come back now. */
  | { kind: "frame"; frame: ClientFrame }
  | { kind: "presence"; tab: string; ids: readonly string[] }
  | { kind: "hurry" }
  /** The outbox on disk has changed. */
  | { kind: "outbox" };

export interface TabsHandlers {
  /** This tab leads from now on; until signal aborts. */
  onLead(): void;
  onMessage(m: TabMessage): void;
}

export class Tabs {
  readonly id: string;
  /** Whether there can be others. */
  readonly shared: boolean;
  readonly #channel: TabChannel | undefined;
  readonly #stop = new AbortController();
  #leading = false;

  constructor(platform: Platform, name: string, durable: boolean, handlers: TabsHandlers) {
    this.id = platform.uuid();
    this.shared = platform.hasLocks && durable;
    if (!this.shared) {
      this.#lead(handlers);
      return;
    }
    this.#channel = platform.tabs(name);
    this.#channel.onmessage = (m) => handlers.onMessage(m as TabMessage);
    const closed = new Promise<void>((resolve) => {
      this.#stop.signal.addEventListener("abort", () => resolve());
    });
    platform
      .lock(`${name}.lead`, this.#stop.signal, () => {
        if (!this.#stop.signal.aborted) this.#lead(handlers);
        return closed;
      })
      .catch(() => this.#lead(handlers)); // no lock is to be had: then each tab by itself
  }

  get leading(): boolean {
    return this.#leading;
  }

  /** Tells all the other tabs. */
  post(m: TabMessage): void {
    if (!this.#stop.signal.aborted) this.#channel?.post(m);
  }

  close(): void {
    this.#stop.abort();
    this.#leading = false;
    this.#channel?.close();
  }

  /** Not before the caller has the Tabs in hand. */
  #lead(handlers: TabsHandlers): void {
    queueMicrotask(() => {
      if (this.#stop.signal.aborted) return;
      this.#leading = true;
      handlers.onLead();
    });
  }
}
