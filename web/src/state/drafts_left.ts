import type { Platform } from "../platform/platform";
import type { ChannelID, Ts } from "../wire/objects";
import type { DraftContent } from "./drafts";

/** A draft as it is kept here. */
export interface Kept extends DraftContent {
  readonly channel: ChannelID;
  readonly thread?: Ts;
  /** When it was written, by its writer's clock. */
  readonly updated: Ts;
  /** Its id on the server, once it is there. */
  readonly id?: string;
  /** The server has yet to hear of it. */
  readonly open?: boolean;
  /** It is to be deleted on the server; where it isn't open, it was, and goes from here too. */
  readonly gone?: boolean;
}

const maxKept = 500;
const maxLeft = 20;

/** What is kept after these changes: of two of one conversation the later one. */
export function withChanges(all: readonly Kept[], changes: readonly Kept[]): Kept[] {
  const now = new Map(all.map((d) => [keyOf(d.channel, d.thread), d]));
  for (const change of changes) {
    const key = keyOf(change.channel, change.thread);
    if ((now.get(key)?.updated ?? "") > change.updated) continue;
    now.delete(key); // the newest stand last
    if (!isOver(change)) now.set(key, change);
  }
  return [...now.values()].slice(-maxKept);
}

/** Whether nothing is left to do but to forget it. */
export function isOver(d: Kept): boolean {
  return d.gone === true && d.open !== true;
}

export function keyOf(channel: ChannelID, thread: Ts | undefined): string {
  return thread && thread !== "0" ? `${channel}/${thread}` : channel;
}

/**
 * What a page leaves behind that goes while the database writes its last letters:
 * it lies in localStorage, where it is at once, until a page has it in the database.
 */
export class LeftDrafts {
  readonly #shelf: Storage;
  readonly #name: string;

  /** person names whose they are, as that of the database does. */
  constructor(platform: Platform, person: string) {
    this.#shelf = platform.local;
    this.#name = `taut.drafts.${person}`;
  }

  read(): readonly Kept[] {
    const left = this.#shelf.getItem(this.#name);
    if (left === null) return [];
    try {
      const all: unknown = JSON.parse(left);
      return Array.isArray(all) ? all.filter(isKept) : [];
    } catch {
      return []; // not ours, or torn
    }
  }

  /** Adds changes to what other tabs have left. */
  leave(changes: readonly Kept[]): void {
    if (changes.length === 0) return;
    // A draft that is over has to stay here: the database may still hold it.
    const now = new Map(this.read().map((d) => [keyOf(d.channel, d.thread), d]));
    for (const c of changes) {
      const key = keyOf(c.channel, c.thread);
      if ((now.get(key)?.updated ?? "") <= c.updated) now.set(key, c);
    }
    this.#write([...now.values()].sort((a, b) => (a.updated < b.updated ? -1 : 1)).slice(-maxLeft));
  }

  /** These are in the database. */
  forget(changes: readonly Kept[]): void {
    const all = this.read();
    if (all.length === 0) return;
    const written = new Map(changes.map((c) => [keyOf(c.channel, c.thread), c.updated]));
    this.#write(all.filter((d) => d.updated > (written.get(keyOf(d.channel, d.thread)) ?? "")));
  }

  #write(all: readonly Kept[]): void {
    if (all.length === 0) return this.#shelf.removeItem(this.#name);
    try {
      this.#shelf.setItem(this.#name, JSON.stringify(all));
    } catch {
      // No room: the one that was written last is worth more than the others.
      if (all.length > 1) this.#write(all.slice(-1));
    }
  }
}

function isKept(d: unknown): d is Kept {
  if (typeof d !== "object" || d === null) return false;
  const { channel, updated, text, blocks } = d as Partial<Record<keyof Kept, unknown>>;
  return [channel, updated, text].every((x) => typeof x === "string") && Array.isArray(blocks);
}
