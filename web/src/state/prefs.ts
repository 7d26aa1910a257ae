import { batch, computed, type ReadonlySignal, type Signal, signal } from "@preact/signals-core";
import type { Workspace } from "./workspace";

const keptAs = "prefs";

/** The caller's preferences, the same on all devices. Names of our own begin with "taut_". */
export class Prefs {
  readonly #w: Workspace;
  readonly #values = new Map<string, Signal<unknown>>();
  /** How many sets of a name are under way: what the server says of it meanwhile is older. */
  readonly #setting = new Map<string, number>();

  constructor(w: Workspace) {
    this.#w = w;
  }

  /** The preference; fallback where it is not set or of another type than fallback. */
  get<T>(name: string, fallback: T): ReadonlySignal<T> {
    const s = this.#signal(name);
    return computed(() => (isLike(s.value, fallback) ? (s.value as T) : fallback));
  }

  /** Sets it at once here, then on the server; it goes back and rejects where the server refuses. */
  async set(name: string, value: unknown): Promise<void> {
    const s = this.#signal(name);
    const was = s.peek();
    s.value = value;
    this.#setting.set(name, (this.#setting.get(name) ?? 0) + 1);
    try {
      await this.#w.api.call("users.prefs.set", { prefs: { [name]: value } });
      this.#keep();
    } catch (e) {
      if (s.peek() === value) s.value = was;
      throw e;
    } finally {
      const left = (this.#setting.get(name) ?? 1) - 1;
      if (left > 0) this.#setting.set(name, left);
      else this.#setting.delete(name);
    }
  }

  /** Takes preferences as the server has them. */
  put(values: Record<string, unknown>): void {
    this.restore(values);
    this.#keep();
  }

  /** Takes what was kept of a former visit. */
  restore(kept: unknown): void {
    if (typeof kept !== "object" || kept === null) return;
    batch(() => {
      for (const [name, value] of Object.entries(kept)) {
        if (this.#setting.has(name)) continue;
        const s = this.#signal(name);
        if (JSON.stringify(s.peek()) !== JSON.stringify(value)) s.value = value;
      }
    });
  }

  /** The next visit looks as this one from its first moment on. */
  #keep(): void {
    const all = [...this.#values].map(([name, s]) => [name, s.peek()]).filter(([, value]) => value !== undefined);
    void this.#w.store.putValue(keptAs, Object.fromEntries(all));
  }

  #signal(name: string): Signal<unknown> {
    let s = this.#values.get(name);
    if (!s) {
      s = signal<unknown>(undefined);
      this.#values.set(name, s);
    }
    return s;
  }
}

function isLike(value: unknown, fallback: unknown): boolean {
  if (value === undefined || value === null) return false;
  if (Array.isArray(fallback)) return Array.isArray(value);
  return fallback === undefined || fallback === null || (typeof value === typeof fallback && !Array.isArray(value));
}
