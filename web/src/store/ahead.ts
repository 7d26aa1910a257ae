/**
 * The first read of a visit, begun while most of the client is still being loaded.
 * It belongs to whoever opens the store of its workspace, or ends unused.
 */

import { type Database, databaseName, openDatabase } from "./database";
import { readSnapshot, type Snapshot } from "./snapshot";

export class Ahead {
  readonly #name: string;
  readonly #shown: readonly string[];
  readonly #opening: Promise<Database>;
  /** Until it is read: the page holds this object for as long as it lives. */
  #reading: Promise<Snapshot | undefined> | undefined;
  #onClosed: (() => void) | undefined;
  #closed = false;

  /** Reads what a tab begins with, along with the timelines of these keys. */
  constructor(factory: IDBFactory, team: string, user: string, shown: readonly string[]) {
    this.#name = databaseName(team, user);
    this.#shown = shown;
    this.#opening = openDatabase(factory, this.#name, () => {
      this.#closed = true;
      this.#onClosed?.();
    });
    this.#reading = this.#opening.then((db) => readSnapshot(db, shown)).catch(() => undefined);
  }

  /** Hands the database over; undefined where it is another's, or was closed meanwhile. */
  take(name: string, onClosed: () => void): Promise<Database> | undefined {
    if (name !== this.#name) this.close();
    if (this.#closed) return undefined;
    this.#onClosed = onClosed;
    return this.#opening;
  }

  /** What was read, once, if that is what is asked for, and no batch was kept since. */
  async read(db: Database, shown: readonly string[]): Promise<Snapshot | undefined> {
    const reading = this.#reading;
    this.#reading = undefined;
    if (shown.join() !== this.#shown.join()) return undefined;
    const [rev, snapshot] = await Promise.all([db.get("values", "rev"), reading]);
    return snapshot?.rev === Number(rev ?? 0) ? snapshot : undefined;
  }

  close(): void {
    this.#closed = true;
    this.#reading = undefined;
    void this.#opening.then(
      (db) => db.close(),
      () => {},
    );
  }
}
