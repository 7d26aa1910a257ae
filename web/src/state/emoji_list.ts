import { type ReadonlySignal, signal } from "@preact/signals-core";
import type { Workspace } from "./workspace";

/** The workspace's own emoji. */
export class EmojiList {
  /** URL by name; aliases are resolved, save those of standard emoji: "alias:NAME". */
  readonly all: ReadonlySignal<ReadonlyMap<string, string>> = signal(new Map<string, string>());

  constructor(_w: Workspace) {}
}
