import type { FileRecord } from "../store/database";
import { Signs } from "./uploads_signs";
import type { Workspace } from "./workspace";

/** How many bytes of files this device keeps for a workspace. */
export const maxKeptBytes = 200 * 1024 * 1024;
/** How long a page that is reloaded may take to let go of its files. */
const adoptMs = 5_000;

export type KeptFile = Omit<FileRecord, "tab">;

export interface FileHandlers {
  /** No tab shows the file any more: it is this one's from now on. */
  onAdopted(file: KeptFile): void;
  /** Another tab has these now: it took this one for gone. */
  onLost(keys: readonly string[]): void;
}

/**
 * The files in composers as this device keeps them, so that they outlast their page.
 * Each belongs to one tab, which shows it and holds a lock for as long as it lives (or
 * signs now and then, where the browser has no locks: on plain http). A tab that begins
 * takes over those of tabs that are no more.
 */
export class KeptFiles {
  readonly #w: Workspace;
  readonly #tab: string;
  readonly #stop = new AbortController();
  #release = () => {};
  #signs: Signs | undefined;

  constructor(w: Workspace) {
    this.#w = w;
    this.#tab = w.platform.uuid();
    if (w.platform.hasLocks) void this.#hold();
  }

  /** Takes over what tabs have left that are no more; without locks also those that go later. */
  adopt(handlers: FileHandlers): void {
    const { id, session, platform } = this.#w;
    if (platform.hasLocks) {
      void this.#adopt((tab) => this.#take(tab, handlers));
      return;
    }
    this.#signs = new Signs(platform, `taut.signs.${id}.${session.user}`, this.#tab, (slept) => {
      if (slept) void this.#lose(handlers);
      else void this.#adopt(async (tab) => (this.#signs?.lives(tab) ? undefined : this.#move(tab, handlers)));
    });
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
    this.#signs?.close();
    this.#release();
  }

  async #adopt(f: (tab: string) => Promise<void>): Promise<void> {
    const others = new Set((await this.#w.store.files()).map((file) => file.tab));
    others.delete(this.#tab);
    await Promise.all([...others].map(f));
  }

  async #take(tab: string, handlers: FileHandlers): Promise<void> {
    const waiting = new AbortController();
    const undo = this.#w.platform.clock.after(adoptMs, () => waiting.abort());
    await this.#lock(tab, waiting.signal, () => this.#move(tab, handlers));
    undo();
  }

  async #move(tab: string, { onAdopted }: FileHandlers): Promise<void> {
    const files = await this.#w.store.adoptFiles(tab, this.#tab);
    if (!this.#stop.signal.aborted) for (const file of files.sort((a, b) => a.created - b.created)) onAdopted(file);
  }

  async #lose({ onLost }: FileHandlers): Promise<void> {
    const others = (await this.#w.store.files()).filter((file) => file.tab !== this.#tab);
    if (!this.#stop.signal.aborted) onLost(others.map((file) => file.key));
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
