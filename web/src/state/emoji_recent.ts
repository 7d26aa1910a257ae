/** The emoji that one used last, and the skin tone that one wants. */

import { type ReadonlySignal, type Signal, signal } from "@preact/signals-core";
import type { Part } from "./parts";
import type { Workspace } from "./workspace";

const most = 36;
const first = ["+1", "white_check_mark", "eyes", "tada", "joy", "pray", "heart", "raised_hands"];

export class RecentEmoji implements Part {
  /** Names without tones, the last one first; some that people often want where one used none yet. */
  readonly list: ReadonlySignal<readonly string[]>;
  /** 2 to 6; 0 for none. */
  readonly tone: ReadonlySignal<number>;

  readonly #w: Workspace;
  readonly #list: Signal<readonly string[]>;

  constructor(w: Workspace) {
    this.#w = w;
    this.#list = signal(read(w));
    this.list = this.#list;
    this.tone = w.prefs.get("preferred_skin_tone", 0);
  }

  /** Nothing of it runs. */
  close(): void {}

  use(name: string): void {
    const next = [name, ...this.#list.peek().filter((n) => n !== name)].slice(0, most);
    this.#list.value = next;
    try {
      this.#w.platform.local.setItem(keyOf(this.#w), JSON.stringify(next));
    } catch {
      // The storage is full: they are kept for as long as the tab is open.
    }
  }

  setTone(tone: number): void {
    void this.#w.prefs.set("preferred_skin_tone", tone).catch(() => {});
  }
}

function keyOf(w: Workspace): string {
  return `taut.emoji.${w.id}.${w.session.user}`;
}

function read(w: Workspace): string[] {
  try {
    const kept: unknown = JSON.parse(w.platform.local.getItem(keyOf(w)) ?? "");
    if (Array.isArray(kept)) return kept.filter((n): n is string => typeof n === "string").slice(0, most);
  } catch {
    // None are kept.
  }
  return first;
}

const create = (w: Workspace) => new RecentEmoji(w);

export function recentEmoji(w: Workspace): RecentEmoji {
  return w.part(create);
}
