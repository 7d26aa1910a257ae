import { type ReadonlySignal, signal } from "@preact/signals-core";
import type { ChannelID } from "../wire/objects";
import { recentIn, recentKey } from "./landing";
import type { Workspace } from "./workspace";

const kept = 30;

/** Which conversations a person opened last on this device: what a workspace opens with, and what ⌘K shows first. */
export class Recent {
  readonly list: ReadonlySignal<readonly ChannelID[]>;
  readonly #list = signal<readonly ChannelID[]>([]);
  readonly #w: Workspace;

  constructor(w: Workspace) {
    this.#w = w;
    this.list = this.#list;
    this.#list.value = recentIn(w.session, w.platform.local);
  }

  visit(id: ChannelID): void {
    if (this.#list.peek()[0] === id) return;
    this.#list.value = [id, ...this.#list.peek().filter((other) => other !== id)].slice(0, kept);
    this.#w.platform.local.setItem(recentKey(this.#w.session), this.#list.peek().join(","));
  }
}

export const recentOf = (w: Workspace): Recent => w.part(createRecent);

function createRecent(w: Workspace): Recent {
  return new Recent(w);
}
