import type { Platform, Undo } from "../platform/platform";

/** How often a tab that follows asks the leader for a sign of life, and how long it waits for it. */
const probeMs = 20_000;
const answerMs = 4_000;

/** Whoever was not heard of for so long missed two probes, is hidden, or was closed. */
export const silentMs = 2.5 * (probeMs + answerMs);

export interface ProbeHandlers {
  /** Whether this tab follows another. */
  isDue(): boolean;
  ask(): void;
  onSilent(): void;
}

/**
 * Asks the leader for a sign of life, as long as somebody looks at this tab. A
 * leader that a browser has frozen gives none, and keeps its lock: it is replaced.
 */
export class Probe {
  readonly #platform: Platform;
  readonly #handlers: ProbeHandlers;
  #waiting: Undo | undefined;
  #heard = false;

  constructor(platform: Platform, handlers: ProbeHandlers) {
    this.#platform = platform;
    this.#handlers = handlers;
  }

  /** Some tab has said something. */
  heard(): void {
    this.#heard = true;
  }

  ask(): void {
    const { clock } = this.#platform;
    if (!this.#handlers.isDue()) return;
    this.stop();
    this.#heard = false;
    this.#handlers.ask();
    this.#waiting = clock.after(answerMs, () => {
      if (!this.#handlers.isDue() || !this.#platform.visible()) return;
      if (!this.#heard) this.#handlers.onSilent();
      this.#waiting = clock.after(probeMs, () => this.ask());
    });
  }

  stop(): void {
    this.#waiting?.();
  }
}
