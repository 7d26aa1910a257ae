import { type ReadonlySignal, signal } from "@preact/signals-core";
import type { Undo } from "../platform/platform";
import type { UserID } from "../wire/objects";
import type { Workspace } from "./workspace";

export type PresenceState = "active" | "away";

/** Who is there: of those whom some view watches. */
export class Presence {
  constructor(_w: Workspace) {}

  /** Watches the user for as long as the signal is watched. */
  of(_user: UserID): ReadonlySignal<PresenceState> {
    return signal<PresenceState>("away");
  }

  /** Asks to be told of these users until undone. */
  watch(_ids: readonly UserID[]): Undo {
    return () => {};
  }

  /** Sets oneself to away, or back to automatic. */
  async setAway(_away: boolean): Promise<void> {}
}
