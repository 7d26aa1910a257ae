import { batch, type ReadonlySignal, type Signal, signal } from "@preact/signals-core";
import type { Undo } from "../platform/platform";
import type { EventOf } from "../wire/events";
import type { UserID } from "../wire/objects";
import type { Workspace } from "./workspace";

export type PresenceState = "active" | "away";

/** What views begin and stop to watch within this time is told to the gateway together. */
const settleMs = 250;
/** How often the gateway hears that the person is not idle. */
const tickleMs = 30_000;

/** Who is there: of those whom some view watches. */
export class Presence {
  readonly #w: Workspace;
  readonly #states = new Map<UserID, Signal<PresenceState>>();
  readonly #watched = new Map<UserID, number>();
  #timer: Undo | undefined;
  readonly #idle: Undo;
  #toldAt = 0;

  constructor(w: Workspace) {
    this.#w = w;
    this.#idle = w.platform.onActivity(() => this.#active());
  }

  /** Watches the user for as long as the signal is watched. */
  of(user: UserID): ReadonlySignal<PresenceState> {
    let s = this.#states.get(user);
    if (!s) {
      let undo: Undo | undefined;
      s = signal<PresenceState>("away", {
        watched: () => {
          undo = this.watch([user]);
        },
        unwatched: () => undo?.(),
      });
      this.#states.set(user, s);
    }
    return s;
  }

  /** Asks to be told of these users until undone. */
  watch(ids: readonly UserID[]): Undo {
    for (const id of ids) this.#watched.set(id, (this.#watched.get(id) ?? 0) + 1);
    this.#changed();
    let done = false;
    return () => {
      if (done) return;
      done = true;
      for (const id of ids) {
        const left = (this.#watched.get(id) ?? 1) - 1;
        if (left > 0) this.#watched.set(id, left);
        else this.#watched.delete(id);
      }
      this.#changed();
    };
  }

  /** Sets oneself to away, or back to automatic. */
  async setAway(away: boolean): Promise<void> {
    await this.#w.api.call("users.setPresence", { presence: away ? "away" : "auto" });
  }

  apply(e: EventOf<"presence_change">): void {
    batch(() => {
      for (const id of e.users ?? (e.user ? [e.user] : [])) {
        const s = this.#states.get(id);
        if (s) s.value = e.presence;
      }
    });
  }

  close(): void {
    this.#timer?.();
    this.#idle();
  }

  /** The gateway takes who doesn't tell of anything for some minutes to be away. */
  #active(): void {
    const now = this.#w.platform.clock.now();
    if (now - this.#toldAt < tickleMs) return;
    this.#toldAt = now;
    this.#w.feed?.send({ type: "tickle" });
  }

  #changed(): void {
    this.#timer ??= this.#w.platform.clock.after(settleMs, () => {
      this.#timer = undefined;
      this.#w.feed?.watch([...this.#watched.keys()].filter((id) => id).sort());
    });
  }
}
