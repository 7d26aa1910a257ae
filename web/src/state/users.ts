import { batch, type ReadonlySignal, type Signal, signal } from "@preact/signals-core";
import { ApiError } from "../net/api";
import type { Undo } from "../platform/platform";
import type { User, UserID } from "../wire/objects";
import type { Workspace } from "./workspace";

/** How many users one call asks for, and how long the first of them waits for others. */
const batchSize = 100;
const batchMs = 20;
const pageSize = 1000;
/** The directory is not fetched again sooner, however often the connection ends. */
const reloadMs = 600_000;
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
  readonly #words = new WeakMap<User, string[]>();
  /** Ids to ask the server for. */
  readonly #wanted = new Set<UserID>();
  /** Whom the server doesn't know: they are not asked for again. */
  readonly #unknown = new Set<UserID>();
  #asking: Undo | undefined;
  #sorting: Undo | undefined;
  #reloading: Undo | undefined;
  #loading: Promise<void> | undefined;
  #loadedAt = 0;

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
    const wanted = plain(text.replace(/^@/, ""));
    // They are sorted by name: of each rank the first ones are enough.
    const byRank: User[][] = [[], [], [], []];
    for (const user of this.#all.peek()) {
      if (user.deleted) continue;
      const found = byRank[wanted === "" ? 0 : this.#rank(user, wanted)];
      if (found && found.length < limit) found.push(user);
      if (byRank[0]?.length === limit) break;
    }
    return byRank.flat().slice(0, limit);
  }

  /** Loads the directory if need be, then resolves. */
  load(): Promise<void> {
    this.#loading ??= this.#load().catch(() => {
      this.#loading = undefined; // the next one who asks tries again
    });
    return this.#loading;
  }

  /** Takes users as the server has them now. */
  put(users: readonly User[]): void {
    batch(() => {
      for (const u of users) {
        const s = this.#users.get(u.id);
        if (!s) this.#users.set(u.id, signal<User | undefined>(u));
        else if (!same(s.peek(), u)) s.value = u;
      }
    });
    this.#sortSoon();
  }

  /** What is known may be out of date. */
  refresh(): void {
    this.#unknown.clear();
    if (this.#loading) return this.#reload();
    for (const id of this.#users.keys()) this.#want(id);
  }

  close(): void {
    this.#asking?.();
    this.#sorting?.();
    this.#reloading?.();
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
      this.put(a.users);
      await this.#w.store.putUsers(a.users);
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
    const kept = await this.#w.store.allUsers();
    if (kept.length > 0 && !this.#loaded.peek()) {
      const unknown = kept.filter((u) => !this.#users.get(u.id)?.peek());
      this.put(unknown);
    }
    type Page = { members: User[]; response_metadata?: { next_cursor?: string } };
    for await (const page of this.#w.api.pages<Page>("users.list", { limit: pageSize })) {
      this.put(page.members);
      await this.#w.store.putUsers(page.members);
    }
    this.#sort();
    this.#loaded.value = true;
  }

  #sortSoon(): void {
    this.#sorting ??= this.#w.platform.clock.after(sortMs, () => this.#sort());
  }

  #sort(): void {
    this.#sorting?.();
    this.#sorting = undefined;
    const users: { user: User; name: string }[] = [];
    for (const s of this.#users.values()) {
      const user = s.peek();
      if (user) users.push({ user, name: this.#wordsOf(user)[0] ?? "" });
    }
    users.sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
    const now = users.map((u) => u.user);
    const was = this.#all.peek();
    if (now.length !== was.length || now.some((u, i) => u !== was[i])) this.#all.value = now;
  }

  /** Lower is better; -1: no match. */
  #rank(user: User, wanted: string): number {
    let best = -1;
    for (const w of this.#wordsOf(user)) {
      const at = w.indexOf(wanted);
      if (at < 0) continue;
      const rank = w === wanted ? 0 : at === 0 ? 1 : /[\s._-]/.test(w[at - 1] ?? "") ? 2 : 3;
      if (best < 0 || rank < best) best = rank;
    }
    return best;
  }

  /** What a user is found by, the name that people use first. */
  #wordsOf(user: User): string[] {
    let words = this.#words.get(user);
    if (!words) {
      const p = user.profile;
      words = [nameOf(user), p.real_name, user.name].map(plain);
      this.#words.set(user, words);
    }
    return words;
  }
}

/** What people call a user: the display name, or the full one. */
export function nameOf(u: User | undefined): string {
  return u ? u.profile.display_name || u.profile.real_name || u.real_name || u.name : "";
}

/** Lower case, without accents. */
function plain(text: string): string {
  return text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
}

function same(a: User | undefined, b: User): boolean {
  return a !== undefined && JSON.stringify(a) === JSON.stringify(b);
}
