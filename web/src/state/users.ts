import { batch, type ReadonlySignal, type Signal, signal } from "@preact/signals-core";
import { ApiError } from "../net/api";
import type { Undo } from "../platform/platform";
import type { User, UserID } from "../wire/objects";
import { searchUsers, sortByName } from "./user_search";
import type { Workspace } from "./workspace";

export { nameOf } from "./user_search";

/** How many users one call asks for, and how long the first of them waits for others. */
const batchSize = 100;
const batchMs = 20;
const pageSize = 1000;
/** The directory is not fetched again sooner, however often the connection ends. */
const reloadMs = 600_000;
/** The directory is written so many people at a time, with so long a pause. */
const keepAtOnce = 100;
const keepMs = 100;
/** The sorted list follows changes of users so much later. */
const sortMs = 150;

/** The people and bots of the workspace, as far as anybody asked for them. */
export class Users {
  /** Whether all() is complete. */
  readonly loaded: ReadonlySignal<boolean>;

  readonly #w: Workspace;
  readonly #users = new Map<UserID, Signal<User | undefined>>();
  readonly #loaded = signal(false);
  readonly #all: Signal<readonly User[]>;
  /** Ids to ask the server for. */
  readonly #wanted = new Set<UserID>();
  /** Whom the server doesn't know: they are not asked for again. */
  readonly #unknown = new Set<UserID>();
  #asking: Undo | undefined;
  #sorting: Undo | undefined;
  #reloading: Undo | undefined;
  #keeping: Undo | undefined;
  #loading: Promise<void> | undefined;
  #loadedAt = 0;
  #closed = false;

  constructor(w: Workspace) {
    this.#w = w;
    this.loaded = this.#loaded;
    this.#all = signal<readonly User[]>([], { watched: () => queueMicrotask(() => void this.load()) });
  }

  /** The user; one that is unknown is asked for, together with others of the same moment. */
  get(id: UserID): ReadonlySignal<User | undefined> {
    const known = this.#users.get(id);
    if (known) return known;
    const s = signal<User | undefined>(undefined);
    this.#users.set(id, s);
    if (id) void this.#find(id, s);
    return s;
  }

  /** The whole directory, by name: loaded when it is first watched, and kept up by events. */
  all(): ReadonlySignal<readonly User[]> {
    return this.#all;
  }

  /** Active users whose names match, best first. Loads the directory. */
  search(text: string, limit: number): User[] {
    void this.load();
    return searchUsers(this.#all.peek(), text, limit);
  }

  /** Loads the directory if need be, then resolves. */
  load(): Promise<void> {
    this.#loading ??= this.#load().catch(() => {
      this.#loading = undefined; // the next one who asks tries again
    });
    return this.#loading;
  }

  /** Takes users as the server has them now; gives those that are other than before. */
  put(users: readonly User[]): User[] {
    const news: User[] = [];
    batch(() => {
      for (const u of users) {
        const s = this.#users.get(u.id);
        if (same(s?.peek(), u)) continue;
        news.push(u);
        if (s) s.value = u;
        else this.#users.set(u.id, signal<User | undefined>(u));
      }
    });
    if (news.length > 0) this.#sortSoon();
    return news;
  }

  /** What is known may be out of date. */
  refresh(): void {
    this.#unknown.clear();
    if (this.#loading) return this.#reload();
    for (const id of this.#users.keys()) this.#want(id);
  }

  close(): void {
    this.#closed = true;
    this.#asking?.();
    this.#sorting?.();
    this.#reloading?.();
    this.#keeping?.();
  }

  async #find(id: UserID, s: Signal<User | undefined>): Promise<void> {
    const kept = await this.#w.store.user(id);
    if (s.peek()) return;
    if (kept) s.value = kept;
    else this.#want(id);
  }

  #want(id: UserID): void {
    if (!id || this.#unknown.has(id)) return;
    this.#wanted.add(id);
    this.#asking ??= this.#w.platform.clock.after(batchMs, () => {
      this.#asking = undefined;
      void this.#ask();
    });
  }

  async #ask(): Promise<void> {
    while (this.#wanted.size > 0) {
      const ids = [...this.#wanted].slice(0, batchSize);
      for (const id of ids) this.#wanted.delete(id);
      try {
        await this.#fetch(ids);
      } catch {
        return; // a refresh, at the next connection, asks again
      }
    }
  }

  /** One that is not known spoils a call: the halves are asked for by themselves. */
  async #fetch(ids: readonly UserID[]): Promise<void> {
    try {
      const a = await this.#w.api.call<{ users: User[] }>("users.info", { users: ids.join(",") });
      await this.#w.store.putUsers(this.put(a.users));
    } catch (e) {
      if (!(e instanceof ApiError) || !(e.code === "user_not_found" || e.code === "user_not_visible")) throw e;
      const first = ids[0];
      if (ids.length === 1 && first) {
        this.#unknown.add(first);
        return;
      }
      const half = Math.ceil(ids.length / 2);
      await this.#fetch(ids.slice(0, half));
      await this.#fetch(ids.slice(half));
    }
  }

  #reload(): void {
    const { clock } = this.#w.platform;
    this.#reloading ??= clock.after(Math.max(0, this.#loadedAt + reloadMs - clock.now()), () => {
      this.#reloading = undefined;
      this.#loading = undefined;
      void this.load();
    });
  }

  async #load(): Promise<void> {
    this.#loadedAt = this.#w.platform.clock.now();
    if (!this.#loaded.peek()) {
      for await (const kept of this.#w.store.allUsers()) this.put(kept.filter((u) => !this.#users.get(u.id)?.peek()));
    }
    const news: User[] = [];
    type Page = { members: User[]; response_metadata?: { next_cursor?: string } };
    for await (const page of this.#w.api.pages<Page>("users.list", { limit: pageSize })) {
      news.push(...this.put(page.members));
    }
    this.#sort();
    this.#loaded.value = true;
    this.#keep(news);
  }

  /** Keeps many, few at a time: somebody types meanwhile, and each that is written is answered. */
  #keep(news: readonly User[]): void {
    this.#keeping?.();
    if (news.length === 0 || this.#closed) return;
    this.#keeping = this.#w.platform.clock.after(keepMs, () => {
      this.#keeping = undefined;
      void this.#w.store.putUsers(news.slice(0, keepAtOnce)).then(() => this.#keep(news.slice(keepAtOnce)));
    });
  }

  #sortSoon(): void {
    this.#sorting ??= this.#w.platform.clock.after(sortMs, () => this.#sort());
  }

  #sort(): void {
    this.#sorting?.();
    this.#sorting = undefined;
    const now = sortByName([...this.#users.values()].map((s) => s.peek()).filter((u) => u !== undefined));
    const was = this.#all.peek();
    if (now.length !== was.length || now.some((u, i) => u !== was[i])) this.#all.value = now;
  }
}

function same(a: User | undefined, b: User): boolean {
  return a !== undefined && JSON.stringify(a) === JSON.stringify(b);
}
