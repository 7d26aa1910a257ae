/**
 * Of what was fetched for each of many keys, and may have changed unheard: what somebody looks at is fetched again
 * after a while, as all who lost their connection together come back together; the rest when it is next looked at.
 */
import { type Signal, signal } from "@preact/signals-core";
import type { Platform, Undo } from "../platform/platform";

/** How long after a gap, on average. */
const afterMs = 5_000;

export class Refetch {
  readonly #platform: Platform;
  readonly #fetch: (key: string) => void;
  readonly #watched = new Set<string>();
  readonly #stale = new Set<string>();
  #timer: Undo | undefined;

  constructor(platform: Platform, fetch: (key: string) => void) {
    this.#platform = platform;
    this.#fetch = fetch;
  }

  /** A signal of what was fetched for a key: it tells whether anybody looks. */
  signal<T>(key: string, value: T): Signal<T> {
    return signal(value, {
      watched: () => void this.#watched.add(key),
      unwatched: () => void this.#watched.delete(key),
    });
  }

  /** Somebody asks for it: what is out of date is fetched again. */
  look(key: string): void {
    if (this.#stale.delete(key)) this.#fetch(key);
  }

  /** All of these may be out of date. */
  refresh(keys: Iterable<string>): void {
    for (const key of keys) this.#stale.add(key);
    this.#timer ??= this.#platform.clock.after(afterMs * (0.5 + this.#platform.random()), () => {
      this.#timer = undefined;
      for (const key of [...this.#watched]) this.look(key);
    });
  }

  close(): void {
    this.#timer?.();
  }
}
