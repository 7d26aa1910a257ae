import { type ReadonlySignal, signal } from "@preact/signals-core";
import type { ChannelID } from "../wire/objects";
import type { Session } from "./session";
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
    this.#w.platform.local.setItem(keyOf(this.#w.session), this.#list.peek().join(","));
  }
}

function keyOf({ team_id, user }: Session): string {
  return `taut.recent.${team_id}.${user}`;
}

/** What was opened last in a session's workspace, whether that runs or not. */
export function recentIn(session: Session, local: Storage): ChannelID[] {
  return (local.getItem(keyOf(session)) ?? "").split(",").filter(Boolean);
}

export const recentOf = (w: Workspace): Recent => w.part(createRecent);

function createRecent(w: Workspace): Recent {
  return new Recent(w);
}
