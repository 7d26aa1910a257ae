import { type ReadonlySignal, signal } from "@preact/signals-core";
import type { User, UserID } from "../wire/objects";
import type { Workspace } from "./workspace";

/** The people and bots of the workspace, as far as anybody asked for them. */
export class Users {
  constructor(_w: Workspace) {}

  /** The user; one that is unknown is asked for, together with others of the same moment. */
  get(_id: UserID): ReadonlySignal<User | undefined> {
    return signal(undefined);
  }

  /** The whole directory, by name: loaded when it is first watched, and kept up by events. */
  all(): ReadonlySignal<readonly User[]> {
    return signal([]);
  }

  /** Whether all() is complete. */
  readonly loaded: ReadonlySignal<boolean> = signal(false);

  /** Active users whose names match, best first. Loads the directory. */
  search(_text: string, _limit: number): User[] {
    return [];
  }

  /** Loads the directory if need be, then resolves. */
  async load(): Promise<void> {}
}

/** What people call a user: the display name, or the full one. */
export function nameOf(u: User | undefined): string {
  return u ? u.profile.display_name || u.profile.real_name || u.real_name || u.name : "";
}
