import { type ReadonlySignal, signal } from "@preact/signals-core";
import type { Workspace } from "./workspace";

/** The caller's preferences, the same on all devices. Names of our own begin with "taut_". */
export class Prefs {
  constructor(_w: Workspace) {}

  /** The preference; fallback where it is not set or of another type than fallback. */
  get<T>(_name: string, fallback: T): ReadonlySignal<T> {
    return signal(fallback);
  }

  /** Sets it at once here, then on the server; it goes back and rejects where the server refuses. */
  async set(_name: string, _value: unknown): Promise<void> {}
}
