import type { Platform, Undo } from "../platform/platform";

/** How often a tab signs. Browsers let the timers of hidden tabs run once a minute. */
const signMs = 60_000;
/** A tab that has not signed for so long is gone, or stands still. */
const goneMs = 10 * 60_000;

type Signed = Readonly<Record<string, number>>;

/**
 * Which tabs live, where the browser has no locks: each signs now and then where all of
 * them read it, and takes its name out as it goes. A tab that dies without is gone after a while.
 */
export class Signs {
  readonly #platform: Platform;
  readonly #key: string;
  readonly #tab: string;
  readonly #onSigned: (slept: boolean) => void;
  readonly #undo: Undo[];
  #timer: Undo = () => {};
  #signed = 0;

  /** onSigned hears of each signing. slept: others may take this tab for gone, and it can't judge of them yet. */
  constructor(platform: Platform, key: string, tab: string, onSigned: (slept: boolean) => void) {
    this.#platform = platform;
    this.#key = key;
    this.#tab = tab;
    this.#onSigned = onSigned;
    this.#signed = platform.clock.now();
    this.#undo = [platform.onLeave(() => this.#takeOut()), platform.onVisible((visible) => visible && this.#sign())];
    this.#sign();
  }

  lives(tab: string): boolean {
    return this.#platform.clock.now() - (this.#read()[tab] ?? 0) < goneMs;
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
    const living = Object.entries(this.#read()).filter(([, at]) => now - at < goneMs);
    this.#write({ ...Object.fromEntries(living), [this.#tab]: now });
    this.#timer();
    this.#timer = this.#platform.clock.after(signMs, () => this.#sign());
    this.#onSigned(slept);
  }

  #takeOut(): void {
    const { [this.#tab]: _, ...others } = this.#read();
    this.#write(others);
  }

  #read(): Signed {
    try {
      const signed: unknown = JSON.parse(this.#platform.local.getItem(this.#key) ?? "");
      return typeof signed === "object" && signed !== null ? (signed as Signed) : {};
    } catch {
      return {};
    }
  }

  #write(signed: Signed): void {
    this.#platform.local.setItem(this.#key, JSON.stringify(signed));
  }
}
