import { type ReadonlySignal, signal } from "@preact/signals-core";
import { ApiError, endsSession, isPassing } from "../net/api";
import type { Undo } from "../platform/platform";
import type { ChannelID } from "../wire/objects";
import type { Workspace } from "./workspace";

/** Something that waits for the server. */
export interface Waiting {
  readonly id: string;
  readonly channel: ChannelID;
  /** By it they stand in order. */
  created: number;
  /** Whether it is on disk, where the tab that leads finds it; undefined while it is written. */
  kept?: boolean;
}

/** What is particular to what waits. */
export interface Carrier<E extends Waiting> {
  /** Writes it; resolves to whether it is on disk. */
  write(e: E): Promise<boolean>;
  changed(e: E): void;
  /** Looks through a channel before its next one is taken. */
  before(channel: ChannelID): void;
  /** Whether it may be sent now, if it is this tab that sends. */
  isReady(e: E): boolean;
  /** Brings it to the server; rejects with an ApiError. */
  deliver(e: E): Promise<void>;
  /** There was no answer: it is tried again later, and so are those behind it. */
  postponed(e: E): void;
  refused(e: E, code: string): Promise<void>;
}

const firstRetryMs = 2_000;
const lastRetryMs = 30_000;
/** How many are remembered as done, so that what the disk still says of them is not believed. */
const maxDone = 500;

/** Things that wait for the server: those of a channel go one after the other, in their order, from the tab that leads. */
export class Queue<E extends Waiting> {
  readonly size: ReadonlySignal<number>;

  readonly #w: Workspace;
  readonly #carrier: Carrier<E>;
  readonly #size = signal(0);
  readonly #entries = new Map<string, E>();
  readonly #sending = new Set<ChannelID>();
  readonly #done = new Set<string>();
  #retry: Undo | undefined;
  #failures = 0;

  constructor(w: Workspace, carrier: Carrier<E>) {
    this.#w = w;
    this.#carrier = carrier;
    this.size = this.#size;
  }

  get(id: string): E | undefined {
    return this.#entries.get(id);
  }

  /** Those of a channel, or all, in their order. */
  list(channel?: ChannelID): E[] {
    return [...this.#entries.values()]
      .filter((e) => channel === undefined || e.channel === channel)
      .sort((a, b) => a.created - b.created);
  }

  /** Whether it waited and does no more. */
  isDone(id: string): boolean {
    return this.#done.has(id);
  }

  /** Now, after all that waits. */
  moment(): number {
    const last = Math.max(0, ...[...this.#entries.values()].map((e) => e.created));
    return Math.max(this.#w.platform.clock.now(), last + 1);
  }

  /** Takes one in, on disk and on its way. */
  add(e: E): void {
    this.put(e);
    void this.keep(e);
    this.pump(e.channel);
  }

  /** Takes in one that the disk has. */
  put(e: E): void {
    this.#entries.set(e.id, e);
    this.#changed(e);
  }

  /** Writes it to disk for the tab that leads; where that fails, this one sends it. */
  async keep(e: E): Promise<void> {
    e.kept = (await this.#carrier.write(e)) || (e.kept ?? false);
    if (e.kept) this.#w.feed?.outboxChanged();
    else this.pump(e.channel);
  }

  /** It waits no more; it is remembered as done, whether it is known here or not yet. */
  remove(id: string): E | undefined {
    this.#done.add(id);
    for (const old of this.#done) {
      if (this.#done.size <= maxDone) break;
      this.#done.delete(old);
    }
    const e = this.#entries.get(id);
    if (!e) return undefined;
    this.#entries.delete(id);
    this.#changed(e);
    return e;
  }

  /** Sends what waits in the channel, if this is the tab to do so. */
  pump(channel: ChannelID): void {
    const { feed } = this.#w;
    if (!feed || this.#sending.has(channel)) return;
    this.#carrier.before(channel);
    const next = this.list(channel).find((e) => this.isOurs(e) && this.#carrier.isReady(e));
    if (!next) return;
    this.#sending.add(channel);
    void this.#post(next).then((goOn) => {
      this.#sending.delete(channel);
      if (goOn) this.pump(channel);
    });
  }

  pumpAll(): void {
    for (const channel of new Set([...this.#entries.values()].map((e) => e.channel))) this.pump(channel);
  }

  /** Whether this tab sends it: it leads, or is the only one that has it. */
  isOurs(e: E): boolean {
    return this.#w.feed?.leading === true || e.kept === false;
  }

  /** There is a connection: what waited goes out. */
  wake(): void {
    this.#failures = 0;
    this.#retry?.();
    this.#retry = undefined;
    this.pumpAll();
  }

  close(): void {
    this.#retry?.();
  }

  #changed(e: E): void {
    this.#size.value = this.#entries.size;
    this.#carrier.changed(e);
  }

  /** Resolves to whether the next one of the channel can go. */
  async #post(e: E): Promise<boolean> {
    try {
      await this.#carrier.deliver(e);
      this.#failures = 0;
      return true;
    } catch (error) {
      const code = error instanceof ApiError ? error.code : "internal_error";
      if (!this.#entries.has(e.id)) return true; // its event came all the same
      if (isPassing(error) || endsSession(code)) {
        this.#carrier.postponed(e);
        this.#retryLater(error instanceof ApiError ? error.retryAfterMs : undefined);
        return false;
      }
      await this.#carrier.refused(e, code);
      return true;
    }
  }

  #retryLater(afterMs: number | undefined): void {
    if (this.#retry) return;
    const { platform } = this.#w;
    const grown = Math.min(lastRetryMs, firstRetryMs * 2 ** this.#failures++) * (0.5 + platform.random() / 2);
    this.#retry = platform.clock.after(Math.max(afterMs ?? 0, grown), () => {
      this.#retry = undefined;
      this.pumpAll();
    });
  }
}
