import { type ReadonlySignal, signal } from "@preact/signals-core";
import { ownPath } from "../store/own_urls";
import type { EventOf } from "../wire/events";
import type { Workspace } from "./workspace";

const keptAs = "emoji";

/** The workspace's own emoji: loaded when somebody first looks. */
export class EmojiList {
  /** URL by name; aliases are resolved, save those of standard emoji: "alias:NAME". */
  readonly all: ReadonlySignal<ReadonlyMap<string, string>>;

  readonly #w: Workspace;
  readonly #all;
  #raw: Record<string, string> = {};
  #loading: Promise<void> | undefined;

  constructor(w: Workspace) {
    this.#w = w;
    this.#all = signal<ReadonlyMap<string, string>>(new Map(), {
      watched: () => queueMicrotask(() => void this.load()),
    });
    this.all = this.#all;
  }

  load(): Promise<void> {
    this.#loading ??= this.#load().catch(() => {
      this.#loading = undefined;
    });
    return this.#loading;
  }

  /** Takes what was kept of a former visit. */
  restore(kept: unknown): void {
    if (typeof kept === "object" && kept !== null) this.#put(kept as Record<string, string>);
  }

  apply(e: EventOf<"emoji_changed">): void {
    const now = { ...this.#raw };
    if (e.subtype === "add" && e.name && e.value) now[e.name] = e.value;
    for (const name of e.subtype === "remove" ? (e.names ?? []) : []) delete now[name];
    this.#put(now);
    void this.#w.store.putValue(keptAs, now);
  }

  refresh(): void {
    if (!this.#loading) return;
    this.#loading = undefined;
    void this.load();
  }

  async #load(): Promise<void> {
    const a = await this.#w.api.call<{ emoji: Record<string, string> }>("emoji.list");
    this.#put(a.emoji);
    await this.#w.store.putValue(keptAs, a.emoji);
  }

  #put(raw: Record<string, string>): void {
    if (JSON.stringify(raw) === JSON.stringify(this.#raw)) return;
    this.#raw = raw;
    const all = new Map<string, string>();
    for (const name of Object.keys(raw)) {
      let value = raw[name] ?? "";
      // An alias of an alias, but not in a circle.
      for (let n = 0; n < 5; n++) {
        const next = value.startsWith("alias:") ? raw[value.slice(6)] : undefined;
        if (!next) break;
        value = next;
      }
      all.set(name, ownPath(value));
    }
    this.#all.value = all;
  }
}
