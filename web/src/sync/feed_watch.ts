import type { Clock } from "../platform/platform";
import { MaxPresence } from "../wire/generated";

/** Whom the tabs watch the presence of. */
export class Watched {
  readonly #clock: Clock;
  readonly #own: string;
  readonly #silentMs: number;
  /** Ids that each tab watches, and when it last said so. */
  readonly #byTab = new Map<string, { readonly ids: readonly string[]; readonly at: number }>();

  /** own names this tab; another that said nothing for silentMs watches nobody. */
  constructor(clock: Clock, own: string, silentMs: number) {
    this.#clock = clock;
    this.#own = own;
    this.#silentMs = silentMs;
  }

  /** Whom this tab watches. */
  get own(): readonly string[] {
    return this.#byTab.get(this.#own)?.ids ?? [];
  }

  set own(ids: readonly string[]) {
    this.#byTab.set(this.#own, { ids, at: 0 });
  }

  /** A tab says whom it watches. Tells whether that is news. */
  hear(tab: string, ids: readonly string[]): boolean {
    const was = this.#byTab.get(tab)?.ids ?? [];
    if (ids.length === 0) this.#byTab.delete(tab);
    else this.#byTab.set(tab, { ids, at: this.#clock.now() });
    return ids.length !== was.length || ids.some((id, n) => id !== was[n]);
  }

  /** All who are watched, as many as the server takes. */
  all(): string[] {
    const oldest = this.#clock.now() - this.#silentMs;
    const all = new Set<string>();
    for (const [tab, { ids, at }] of this.#byTab) {
      if (tab !== this.#own && at < oldest) this.#byTab.delete(tab);
      else for (const id of ids) all.add(id);
    }
    return [...all].slice(0, MaxPresence);
  }
}
