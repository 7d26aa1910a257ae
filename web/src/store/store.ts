/**
 * What this device keeps of a workspace. Where the browser keeps nothing, or has
 * failed to once, everything still works: it is only gone after a reload.
 */

import type { Clock, Platform } from "../platform/platform";
import type { Batch } from "../sync/batch";
import type { Channel, ChannelID, Message, Ts, User } from "../wire/objects";
import type { Ahead } from "./ahead";
import { commit, dropChannel, maxKept } from "./commit";
import {
  type Database,
  databaseName,
  deleteDatabase,
  type FileRecord,
  openDatabase,
  type Schema,
  type WaitingStore,
} from "./database";
import { type KeptTimeline, readSnapshot, readTimeline, type Snapshot } from "./snapshot";

/** How many timelines are kept: those that were looked at last. */
const maxTimelines = 300;

/** Browsers have been seen to never answer: the client goes on without a database then. */
const openMs = 5_000;
const commitMs = 15_000;

const usersAtOnce = 500;

export class Store {
  readonly #platform: Platform;
  readonly #name: string;
  #db: Database | undefined;
  #ahead: Ahead | undefined;
  /** Counts batches where there is no database to do so. */
  #rev = 0;

  private constructor(platform: Platform, name: string) {
    this.#platform = platform;
    this.#name = name;
  }

  /** One that keeps nothing. */
  static none(platform: Platform): Store {
    return new Store(platform, "");
  }

  static async open(platform: Platform, team: string, user: string, ahead?: Ahead): Promise<Store> {
    const s = new Store(platform, databaseName(team, user));
    if (!platform.indexedDB) return s;
    try {
      const onClosed = () => {
        s.#db = undefined;
      };
      const begun = ahead?.take(s.#name, onClosed);
      s.#ahead = begun && ahead;
      const opening = begun ?? openDatabase(platform.indexedDB, s.#name, onClosed);
      s.#db = await inTime(platform.clock, openMs, opening);
      if (!s.#db)
        void opening.then(
          (late) => late.close(),
          () => {},
        );
    } catch {
      // A private window, or a full disk.
    }
    return s;
  }

  /** Whether anything outlives a reload. */
  get durable(): boolean {
    return this.#db !== undefined;
  }

  /** What a tab begins with; with all that it shows at first, the timelines of these keys. */
  async load(shown: readonly string[] = []): Promise<Snapshot> {
    const nothing = { rev: 0, tails: [], channels: [], values: new Map(), timelines: new Map(), users: [] };
    const ahead = this.#ahead;
    this.#ahead = undefined;
    return this.#try<Snapshot>(nothing, async (db) => (await ahead?.read(db, shown)) ?? readSnapshot(db, shown));
  }

  /**
   * Keeps a batch. One that cannot be kept ends the database, as a later one must
   * not come without it: what is kept then is older, and still true.
   */
  async commit(batch: Batch): Promise<number> {
    const db = this.#db;
    if (!db) return ++this.#rev;
    try {
      const rev = await inTime(this.#platform.clock, commitMs, commit(db, batch));
      if (rev === undefined) throw new Error("the database does not answer");
      this.#rev = rev;
    } catch {
      this.#fail(db);
      this.#rev++;
    }
    return this.#rev;
  }

  async timeline(key: string): Promise<KeptTimeline | undefined> {
    return this.#try(undefined, (db) => readTimeline(db, key));
  }

  /** Somebody looks at the timeline: tidy leaves it. */
  async looked(key: string): Promise<void> {
    await this.#try(undefined, async (db) => {
      const tx = db.transaction("ranges", "readwrite", { durability: "relaxed" });
      const range = await tx.store.get(key);
      if (range) await tx.store.put({ ...range, used: this.#platform.clock.now() });
      await tx.done;
    });
  }

  /**
   * Keeps a timeline's messages up to its end, as they are at seq of the channel's
   * stream; or, with before, a page that ends where the kept part begins. Resolves to
   * false where the database has come further meanwhile: nothing is kept then.
   */
  async keepTimeline(key: string, channel: ChannelID, page: readonly Message[], o: KeepOptions): Promise<boolean> {
    return this.#try(true, async (db) => {
      const tx = db.transaction(["ranges", "messages", "tails"], "readwrite", { durability: "relaxed" });
      const messages = tx.objectStore("messages");
      const ranges = tx.objectStore("ranges");
      const tail = await tx.objectStore("tails").get(channel);
      if (!tail || tail.gone || tail.seq !== o.seq) return false;
      const range = await ranges.get(key);
      const kept = page.slice(-maxKept);
      if (o.before !== undefined) {
        if (!range || range.oldest !== o.before || range.count + kept.length > maxKept) return true;
      } else {
        await messages.delete(IDBKeyRange.bound([key], [key, []]));
      }
      for (const message of kept) await messages.put({ timeline: key, channel, ts: message.ts, message });
      await ranges.put({
        timeline: key,
        channel,
        oldest: kept[0]?.ts ?? o.before ?? "0",
        atStart: o.atStart && kept.length === page.length,
        count: kept.length + (o.before !== undefined ? (range?.count ?? 0) : 0),
        used: this.#platform.clock.now(),
      });
      await tx.done;
      return true;
    });
  }

  /** Drops the timelines that were not looked at for longest. */
  async tidy(): Promise<void> {
    await this.#try(undefined, async (db) => {
      const tx = db.transaction(["ranges", "messages"], "readwrite", { durability: "relaxed" });
      const ranges = tx.objectStore("ranges");
      const surplus = (await ranges.count()) - maxTimelines;
      if (surplus <= 0) return;
      const keys = await ranges.index("used").getAllKeys(undefined, surplus);
      for (const key of keys) {
        await ranges.delete(key);
        await tx.objectStore("messages").delete(IDBKeyRange.bound([key], [key, []]));
      }
      await tx.done;
    });
  }

  user(id: string): Promise<User | undefined> {
    return this.#try(undefined, (db) => db.get("users", id));
  }

  /** All users, some at a time: thousands at once would be felt. */
  async *allUsers(): AsyncGenerator<User[]> {
    for (let after: IDBKeyRange | undefined; ; ) {
      const from = after;
      const page = await this.#try([], (db) => db.getAll("users", from, usersAtOnce));
      if (page.length > 0) yield page;
      const last = page.at(-1);
      if (page.length < usersAtOnce || !last) return;
      after = IDBKeyRange.lowerBound(last.id, true);
    }
  }

  async putUsers(users: readonly User[]): Promise<void> {
    await this.#try(undefined, async (db) => {
      const tx = db.transaction("users", "readwrite", { durability: "relaxed" });
      for (const u of users) void tx.store.put(u);
      await tx.done;
    });
  }

  async putChannels(channels: readonly Channel[]): Promise<void> {
    await this.#try(undefined, async (db) => {
      const tx = db.transaction("channels", "readwrite", { durability: "relaxed" });
      for (const c of channels) void tx.store.put(c);
      await tx.done;
    });
  }

  /** Drops a channel that the server says the caller does not have. */
  async dropChannel(id: ChannelID): Promise<void> {
    await this.#try(undefined, (db) => dropChannel(db, id));
  }

  /** What waits for the server; undefined where it could not be read. */
  waiting<K extends WaitingStore>(kind: K): Promise<Schema[K]["value"][] | undefined> {
    return this.#try(undefined, (db) => db.getAll(kind));
  }

  /** Resolves to whether it is kept. */
  putWaiting<K extends WaitingStore>(kind: K, r: Schema[K]["value"]): Promise<boolean> {
    // This one is worth waiting for the disk.
    return this.#try(false, async (db) => {
      const tx = db.transaction(kind, "readwrite", { durability: "strict" });
      const { store, done } = tx;
      await Promise.all([store.put(r), done]);
      return true;
    });
  }

  async deleteWaiting(kind: WaitingStore, id: string): Promise<void> {
    await this.#try(undefined, (db) => db.delete(kind, id));
  }

  /** The files in composers. */
  files(): Promise<FileRecord[]> {
    return this.#try([], (db) => db.getAll("files"));
  }

  /** Keeps a file, where all of them have no more than so many bytes. Resolves to whether it is kept. */
  putFile(file: FileRecord, maxBytes: number): Promise<boolean> {
    return this.#try(false, async (db) => {
      const tx = db.transaction("files", "readwrite", { durability: "relaxed" });
      const others = (await tx.store.getAll()).filter((f) => f.key !== file.key);
      const bytes = others.reduce((sum, f) => sum + f.blob.size, file.blob.size);
      if (bytes > maxBytes) return false;
      await Promise.all([tx.store.put(file), tx.done]);
      return true;
    });
  }

  /** Gives the files of a tab that is closed to another. Resolves to them. */
  adoptFiles(from: string, to: string): Promise<FileRecord[]> {
    return this.#try([], async (db) => {
      const tx = db.transaction("files", "readwrite", { durability: "relaxed" });
      const all = (await tx.store.getAll()).filter((f) => f.tab === from).map((f) => ({ ...f, tab: to }));
      await Promise.all([...all.map((f) => tx.store.put(f)), tx.done]);
      return all;
    });
  }

  /** Forgets files, after any message that was put before is on disk. */
  async deleteFiles(keys: readonly string[]): Promise<void> {
    await this.#try(undefined, async (db) => {
      const tx = db.transaction(["files", "outbox"], "readwrite", { durability: "relaxed" });
      await Promise.all([...keys.map((key) => tx.objectStore("files").delete(key)), tx.done]);
    });
  }

  /** What was put under a name; features prefix theirs with "feature:". */
  value<T>(name: string): Promise<T | undefined> {
    return this.#try(undefined, (db) => db.get("values", name) as Promise<T | undefined>);
  }

  async putValue(name: string, value: unknown): Promise<void> {
    await this.#try<unknown>(undefined, (db) => db.put("values", value, name));
  }

  /**
   * Puts what f makes of the value that is there; f may not wait, and what another tab
   * puts meanwhile is not lost. Resolves to whether it is kept.
   */
  async changeValue<T>(name: string, f: (was: T | undefined) => T): Promise<boolean> {
    return this.#try(false, async (db) => {
      const tx = db.transaction("values", "readwrite", { durability: "relaxed" });
      await tx.store.put(f((await tx.store.get(name)) as T | undefined), name);
      await tx.done;
      return true;
    });
  }

  close(): void {
    this.#db?.close();
    this.#db = undefined;
  }

  /** Wipes all of it. */
  async destroy(): Promise<void> {
    this.close();
    if (this.#platform.indexedDB && this.#name) await deleteDatabase(this.#platform.indexedDB, this.#name);
  }

  /** A read or write that failed is one that found nothing: the server has it all. */
  async #try<T>(otherwise: T, f: (db: Database) => Promise<T>): Promise<T> {
    const db = this.#db;
    if (!db) return otherwise;
    try {
      return await f(db);
    } catch {
      return otherwise;
    }
  }

  #fail(db: Database): void {
    if (this.#db === db) this.#db = undefined;
    db.close();
  }
}

/** What the promise resolves to, or undefined where that takes too long. */
function inTime<T>(clock: Clock, ms: number, p: Promise<T>): Promise<T | undefined> {
  return new Promise((resolve, reject) => {
    const undo = clock.after(ms, () => resolve(undefined));
    p.then(resolve, reject).finally(undo);
  });
}

export interface KeepOptions {
  /** The place in the channel's stream at which the messages are as they are. */
  seq: number;
  atStart: boolean;
  /** The ts at which the kept part begins that the page goes before. */
  before?: Ts;
}
