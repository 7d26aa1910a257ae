/**
 * Lists of conversations among the person's preferences: the starred ones and the muted ones. A change shows at
 * once and waits for the server as changes of messages do (see Operations); it is made to the list as the server
 * has it by then, so that what other devices changed meanwhile stays. A change by two of them in the same moment,
 * between the question and the answer, is the later one's: the server takes a preference as a whole.
 */

import { computed, type ReadonlySignal } from "@preact/signals-core";
import type { ChannelID } from "../wire/objects";
import type { Workspace } from "./workspace";

/** By the preference's name. */
export type ListName = "taut_starred" | "muted_channels";

export class ChannelLists {
  /** As they are once all that waits is done. */
  readonly starred: ReadonlySignal<ReadonlySet<ChannelID>>;
  readonly muted: ReadonlySignal<ReadonlySet<ChannelID>>;

  readonly #w: Workspace;
  readonly #saved: Readonly<Record<ListName, ReadonlySignal<readonly ChannelID[]>>>;

  constructor(w: Workspace) {
    this.#w = w;
    const muted = w.prefs.get("muted_channels", "");
    this.#saved = {
      taut_starred: w.prefs.get<ChannelID[]>("taut_starred", []),
      muted_channels: computed(() => muted.value.split(",").filter((id) => id)),
    };
    this.starred = this.#shown("taut_starred");
    this.muted = this.#shown("muted_channels");
  }

  /** Asks the server for a change, of the list as it is there: what is known here may be older than the connection. */
  async ask(list: ListName, id: ChannelID, on: boolean): Promise<void> {
    const { prefs } = await this.#w.api.call<{ prefs: Readonly<Record<string, unknown>> }>("users.prefs.get");
    this.#w.prefs.put({ [list]: prefs[list] });
    if (this.#isSo(list, id, on)) return;
    await this.#w.prefs.set(list, this.#changed(list, id, on));
  }

  /** The server has agreed, perhaps to another tab. */
  agreed(list: ListName, id: ChannelID, on: boolean): void {
    if (!this.#isSo(list, id, on)) this.#w.prefs.put({ [list]: this.#changed(list, id, on) });
  }

  #shown(list: ListName): ReadonlySignal<ReadonlySet<ChannelID>> {
    return computed(() => {
      const shown = new Set(this.#saved[list].value);
      for (const { channel, ts, on } of this.#w.operations.listings.value) {
        if (channel !== list) continue;
        if (on) shown.add(ts);
        else shown.delete(ts);
      }
      return shown;
    });
  }

  #isSo(list: ListName, id: ChannelID, on: boolean): boolean {
    return this.#saved[list].peek().includes(id) === on;
  }

  /** The preference as it is with the change. */
  #changed(list: ListName, id: ChannelID, on: boolean): unknown {
    const rest = this.#saved[list].peek().filter((other) => other !== id);
    const now = on ? [...rest, id] : rest;
    return list === "muted_channels" ? now.join(",") : now;
  }
}
