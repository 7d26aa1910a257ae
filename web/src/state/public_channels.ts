/** The workspace's public channels, for offering those behind # that one is not in: read once in a while, when first asked for. */

import { type ReadonlySignal, signal } from "@preact/signals-core";
import type { Channel } from "../wire/objects";
import type { Workspace } from "./workspace";

const freshFor = 5 * 60_000; // ms
const most = 5_000;

export class PublicChannels {
  readonly list: ReadonlySignal<readonly Channel[]>;
  readonly #list = signal<readonly Channel[]>([]);
  readonly #w: Workspace;
  #readAt = Number.NEGATIVE_INFINITY;

  constructor(w: Workspace) {
    this.#w = w;
    this.list = this.#list;
    w.channels.onLost((id) => {
      this.#list.value = this.#list.peek().filter((c) => c.id !== id);
    });
  }

  /** Reads them if what is known is old; where that fails the next call tries again. */
  load(): void {
    const now = this.#w.platform.clock.now();
    if (now - this.#readAt < freshFor) return;
    this.#readAt = now;
    this.#w.channels.browse("", most).then(
      (found) => {
        this.#list.value = found;
      },
      () => {
        this.#readAt = Number.NEGATIVE_INFINITY;
      },
    );
  }
}

const create = (w: Workspace) => new PublicChannels(w);

export function publicChannels(w: Workspace): PublicChannels {
  return w.part(create);
}
