import type { FileRecord } from "../store/database";
import type { Workspace } from "./workspace";

/** How many bytes of files this device keeps for a workspace. */
export const maxKeptBytes = 200 * 1024 * 1024;
/** How long a page that is reloaded may take to let go of its files. */
const adoptMs = 5_000;

export type KeptFile = Omit<FileRecord, "tab">;

/**
 * The files in composers as this device keeps them, so that they outlast their page.
 * Each belongs to one tab, which shows it and holds a lock for as long as it lives:
 * a tab that begins takes over those of tabs that are no more.
 */
export class KeptFiles {
  readonly #w: Workspace;
  readonly #tab: string;
  readonly #stop = new AbortController();
  #release = () => {};

  constructor(w: Workspace) {
    this.#w = w;
    this.#tab = w.platform.uuid();
    if (w.platform.hasLocks) void this.#hold();
  }

  /** Tells f of the files that no tab shows any more: they are this one's from now on. */
  async adopt(f: (file: KeptFile) => void): Promise<void> {
    const others = new Set((await this.#w.store.files()).map((file) => file.tab));
    others.delete(this.#tab);
    await Promise.all([...others].map((tab) => this.#take(tab, f)));
  }

  /** Resolves to whether it is kept. */
  put(file: KeptFile): Promise<boolean> {
    return this.#w.store.putFile({ ...file, tab: this.#tab }, maxKeptBytes);
  }

  /** Forgets files that go with a message which is put into the outbox in this moment, or were taken out. */
  delete(keys: readonly string[]): void {
    if (keys.length > 0) queueMicrotask(() => void this.#w.store.deleteFiles(keys));
  }

  close(): void {
    this.#stop.abort();
    this.#release();
  }

  async #take(tab: string, f: (file: KeptFile) => void): Promise<void> {
    const move = async () => {
      const files = await this.#w.store.adoptFiles(tab, this.#tab);
      if (!this.#stop.signal.aborted) for (const file of files.sort((a, b) => a.created - b.created)) f(file);
    };
    if (!this.#w.platform.hasLocks) return move();
    const waiting = new AbortController();
    const undo = this.#w.platform.clock.after(adoptMs, () => waiting.abort());
    await this.#lock(tab, waiting.signal, move);
    undo();
  }

  /** Held until the workspace closes, or the browser ends the page. */
  #hold(): Promise<void> {
    const held = new Promise<void>((resolve) => {
      this.#release = resolve;
    });
    return this.#lock(this.#tab, this.#stop.signal, () => held);
  }

  async #lock(tab: string, signal: AbortSignal, f: () => Promise<void>): Promise<void> {
    const { id, session, platform } = this.#w;
    try {
      await platform.lock(`taut.files.${id}.${session.user}.${tab}`, signal, f);
    } catch (e) {
      if (!signal.aborted) throw e;
    }
  }
}
