import { type ReadonlySignal, signal } from "@preact/signals-core";
import type { Usergroup } from "../wire/objects";
import type { Workspace } from "./workspace";

/** The workspace's user groups. */
export class Usergroups {
  /** Active ones, by handle; loaded when first watched. */
  readonly all: ReadonlySignal<readonly Usergroup[]> = signal([]);
  /** Ids of those that the caller belongs to. */
  readonly own: ReadonlySignal<ReadonlySet<string>> = signal(new Set<string>());

  constructor(_w: Workspace) {}

  get(_id: string): ReadonlySignal<Usergroup | undefined> {
    return signal(undefined);
  }
}
