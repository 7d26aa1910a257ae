import { computed, type ReadonlySignal, signal } from "@preact/signals-core";
import type { WireEvent } from "../wire/events";
import type { Usergroup } from "../wire/objects";
import type { Workspace } from "./workspace";

/** The workspace's user groups. */
export class Usergroups {
  /** Active ones, by handle; loaded when first watched. */
  readonly all: ReadonlySignal<readonly Usergroup[]>;
  /** Ids of those that the caller belongs to. */
  readonly own: ReadonlySignal<ReadonlySet<string>>;

  readonly #w: Workspace;
  readonly #groups;
  readonly #own = signal<ReadonlySet<string>>(new Set());
  #loading: Promise<void> | undefined;

  constructor(w: Workspace) {
    this.#w = w;
    this.#groups = signal<ReadonlyMap<string, Usergroup>>(new Map(), {
      watched: () => queueMicrotask(() => void this.load()),
    });
    this.own = this.#own;
    this.all = computed(() =>
      [...this.#groups.value.values()]
        .filter((g) => !g.date_delete)
        .sort((a, b) => (a.handle < b.handle ? -1 : a.handle > b.handle ? 1 : 0)),
    );
  }

  /** The group, a disabled one too. */
  get(id: string): ReadonlySignal<Usergroup | undefined> {
    return computed(() => this.#groups.value.get(id));
  }

  load(): Promise<void> {
    this.#loading ??= this.#load().catch(() => {
      this.#loading = undefined;
    });
    return this.#loading;
  }

  putOwn(ids: readonly string[]): void {
    this.#own.value = new Set(ids);
  }

  apply(e: WireEvent): void {
    switch (e.type) {
      case "subteam_created":
      case "subteam_updated":
        this.#groups.value = new Map(this.#groups.peek()).set(e.subteam.id, {
          ...this.#groups.peek().get(e.subteam.id),
          ...e.subteam,
        });
        return;
      case "subteam_members_changed":
        return this.#changed(e.subteam_id, e.added_users, e.removed_users);
      case "subteam_self_added":
        this.#own.value = new Set(this.#own.peek()).add(e.subteam_id);
        return;
      case "subteam_self_removed": {
        const own = new Set(this.#own.peek());
        own.delete(e.subteam_id);
        this.#own.value = own;
        return;
      }
    }
  }

  refresh(): void {
    if (!this.#loading) return;
    this.#loading = undefined;
    void this.load();
  }

  #changed(id: string, added: readonly string[], removed: readonly string[]): void {
    const g = this.#groups.peek().get(id);
    if (!g?.users) return;
    const users = [...new Set([...g.users, ...added])].filter((u) => !removed.includes(u));
    this.#groups.value = new Map(this.#groups.peek()).set(id, { ...g, users, user_count: users.length });
  }

  async #load(): Promise<void> {
    const args = { include_users: true, include_disabled: true };
    const a = await this.#w.api.call<{ usergroups: Usergroup[] }>("usergroups.list", args);
    this.#groups.value = new Map(a.usergroups.map((g) => [g.id, g]));
  }
}
