import type { Api } from "../net/api";
import type { Boot, Counts } from "./batch";
import { fetchBoot } from "./boot";

/** How often the boot is fetched again because something changed meanwhile. */
const bootTries = 3;

export interface BooterHandlers {
  onBoot(answer: { boot: Boot; counts: Counts }): void;
  onFailed(code: string): void;
}

/**
 * Fetches what no stream brings. There is one at a time: while it is under way it is
 * asked for again once, however many streams ask.
 */
export class Booter {
  readonly #api: Api;
  readonly #handlers: BooterHandlers;
  /** Ends the boot that is under way. */
  #booting: AbortController | undefined;
  #again = false;
  /** Counts what makes an answer older than what is known. */
  #changes = 0;

  constructor(api: Api, handlers: BooterHandlers) {
    this.#api = api;
    this.#handlers = handlers;
  }

  /** Something has changed that a boot shows. */
  changed(): void {
    this.#changes++;
  }

  /** What is under way was asked for by a socket that is no more. */
  stop(): void {
    this.#booting?.abort();
    this.#again = false;
  }

  async boot(): Promise<void> {
    this.#again = true;
    if (this.#booting && !this.#booting.signal.aborted) return;
    const stop = new AbortController();
    this.#booting = stop;
    try {
      for (let n = 1; this.#again; n++) {
        this.#again = false;
        const before = this.#changes;
        const answer = await fetchBoot(this.#api, stop.signal);
        if (stop.signal.aborted) return;
        if (before !== this.#changes && n < bootTries) this.#again = true;
        if (this.#again && n < bootTries) continue; // older than what is known
        this.#handlers.onBoot(answer);
      }
    } catch (e) {
      if (!stop.signal.aborted) this.#handlers.onFailed(e instanceof Error ? e.message : "");
    } finally {
      if (this.#booting === stop) this.#booting = undefined;
    }
  }
}
