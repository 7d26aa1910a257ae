import { computed, type ReadonlySignal, signal } from "@preact/signals-core";
import type { Undo } from "../platform/platform";
import type { DndStatus } from "../wire/events";
import type { Part } from "./parts";
import { timeOf } from "./when";
import type { Workspace } from "./workspace";

const afterStart = 2_000; // what the first page needs goes first
const longest = 2 ** 31 - 1; // of a timer, in milliseconds

/** When the person is not to be disturbed: by a pause, or by the hours of their schedule. */
export class Dnd implements Part {
  readonly quiet: ReadonlySignal<boolean>;
  /** Seconds since 1970, while it is quiet. */
  readonly until: ReadonlySignal<number | undefined>;
  readonly #w: Workspace;
  readonly #status = signal<DndStatus>({ dnd_enabled: false });
  readonly #now = signal(0);
  readonly #undo: Undo[] = [];
  #timer: Undo = () => {};

  constructor(w: Workspace) {
    this.#w = w;
    this.until = computed(() => quietUntil(this.#status.value, this.#now.value));
    this.quiet = computed(() => this.until.value !== undefined);
    this.#undo.push(
      w.on("dnd_updated", (e) => this.#set(e.dnd_status)),
      w.onRefresh(() => void this.#load()),
    );
    this.#tick();
    this.#timer = w.platform.clock.after(afterStart, () => void this.#load());
  }

  async pause(minutes: number): Promise<void> {
    await this.#w.api.call("dnd.setSnooze", { num_minutes: minutes });
    await this.#load();
  }

  async resume(): Promise<void> {
    await this.#w.api.call("dnd.endDnd").catch(() => undefined); // it may have ended by itself
    await this.#load();
  }

  timeOf(seconds: number): string {
    return timeOf(new Date(seconds * 1000), { hour12: !this.#w.prefs.get("time24", false).peek() });
  }

  close(): void {
    this.#timer();
    for (const undo of this.#undo) undo();
  }

  async #load(): Promise<void> {
    try {
      this.#set(await this.#w.api.call<DndStatus>("dnd.info"));
    } catch {
      // What is known stays; the next refresh asks again.
    }
  }

  #set(status: DndStatus): void {
    this.#status.value = status;
    this.#tick();
  }

  /** Looks again when something begins or ends. */
  #tick(): void {
    this.#timer();
    const now = this.#w.platform.clock.now() / 1000;
    this.#now.value = now;
    const { snooze_endtime, next_dnd_start_ts, next_dnd_end_ts } = this.#status.peek();
    const next = [snooze_endtime, next_dnd_start_ts, next_dnd_end_ts].filter(
      (at): at is number => at !== undefined && at > now,
    );
    if (next.length === 0) return;
    this.#timer = this.#w.platform.clock.after(
      Math.min((Math.min(...next) - now) * 1000 + 500, longest),
      () => void this.#load(),
    );
  }
}

/** When the quiet that holds now ends; undefined where there is none. */
export function quietUntil(status: DndStatus, now: number): number | undefined {
  const {
    dnd_enabled,
    next_dnd_start_ts: start = 0,
    next_dnd_end_ts: end = 0,
    snooze_enabled,
    snooze_endtime = 0,
  } = status;
  if (snooze_enabled && snooze_endtime > now) return snooze_endtime;
  return dnd_enabled && start <= now && now < end ? end : undefined;
}

export const dndOf = (w: Workspace): Dnd => w.part(createDnd);

function createDnd(w: Workspace): Dnd {
  return new Dnd(w);
}
