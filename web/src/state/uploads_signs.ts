import type { Platform, Undo } from "../platform/platform";

/** How often a tab signs. Browsers let the timers of hidden tabs run once a minute. */
const signMs = 60_000;
/** A tab that has not signed for so long is gone, or stands still. */
const goneMs = 10 * 60_000;

/**
 * Which tabs live, where the browser has no locks: each signs now and then where all of
 * them read it, and takes its sign away as it goes. A tab that dies without is gone after a while.
 * Each has a sign of its own, as nothing that two tabs write at a time would hold both.
 */
export class Signs {
  readonly #platform: Platform;
  readonly #prefix: string;
  readonly #tab: string;
  readonly #onSigned: (slept: boolean) => void;
  readonly #undo: Undo[];
  #timer: Undo = () => {};
  #signed = 0;

  /** onSigned hears of each signing. slept: others may take this tab for gone, and it can't judge of them yet. */
  constructor(platform: Platform, name: string, tab: string, onSigned: (slept: boolean) => void) {
    this.#platform = platform;
    this.#prefix = `${name}/`;
    this.#tab = tab;
    this.#onSigned = onSigned;
    this.#signed = platform.clock.now();
    this.#undo = [platform.onLeave(() => this.#takeOut()), platform.onVisible((visible) => visible && this.#sign())];
    this.#sign();
  }

  lives(tab: string): boolean {
    return this.#isFresh(this.#prefix + tab);
  }

  close(): void {
    for (const undo of this.#undo) undo();
    this.#timer();
    this.#takeOut();
  }

  #sign(): void {
    const now = this.#platform.clock.now();
    const slept = now - this.#signed > 2 * signMs;
    this.#signed = now;
    this.#platform.local.setItem(this.#prefix + this.#tab, String(now));
    this.#sweep();
    this.#timer();
    this.#timer = this.#platform.clock.after(signMs, () => this.#sign());
    this.#onSigned(slept);
  }

  #takeOut(): void {
    this.#platform.local.removeItem(this.#prefix + this.#tab);
  }

  /** Removes what tabs that died have left. */
  #sweep(): void {
    const { local } = this.#platform;
    for (const key of Array.from({ length: local.length }, (_, i) => local.key(i)))
      if (key?.startsWith(this.#prefix) && !this.#isFresh(key)) local.removeItem(key);
  }

  #isFresh(key: string): boolean {
    return this.#platform.clock.now() - Number(this.#platform.local.getItem(key) ?? 0) < goneMs;
  }
}
