import { messageOf } from "../store/messages";
import type { Message, Ts } from "../wire/objects";

/** The messages of a timeline that the server has, by their ts and in its order. */
export class MessageWindow {
  #order: Ts[] = [];
  readonly #messages = new Map<Ts, Message>();
  readonly #onChanged: (ts: Ts) => void;

  /** onChanged hears of each message that came, went or is another now. */
  constructor(onChanged: (ts: Ts) => void) {
    this.#onChanged = onChanged;
  }

  get order(): readonly Ts[] {
    return this.#order;
  }

  get size(): number {
    return this.#order.length;
  }

  get first(): Ts | undefined {
    return this.#order[0];
  }

  get last(): Ts | undefined {
    return this.#order.at(-1);
  }

  get(ts: Ts): Message | undefined {
    return this.#messages.get(ts);
  }

  has(ts: Ts): boolean {
    return this.#messages.has(ts);
  }

  all(): [Ts, Message][] {
    return [...this.#messages];
  }

  clear(): void {
    this.#order = [];
    this.#messages.clear();
  }

  /** Puts in one that is not there. */
  insert(m: Message): void {
    this.#messages.set(m.ts, m);
    this.#order.splice(this.#order.findLastIndex((t) => t < m.ts) + 1, 0, m.ts);
    this.#onChanged(m.ts);
  }

  /** Puts what a message is now in its place; undefined: it is gone. */
  set(ts: Ts, now: Message | undefined): void {
    if (now === this.#messages.get(ts)) return;
    if (now) {
      this.#messages.set(ts, now);
    } else {
      this.#messages.delete(ts);
      this.#order = this.#order.filter((t) => t !== ts);
    }
    this.#onChanged(ts);
  }

  /** Puts a page in place of all. Messages that are the same stay the same object. */
  replace(page: readonly Message[]): void {
    const now = new Set(page.map((m) => m.ts));
    for (const ts of [...this.#messages.keys()]) {
      if (now.has(ts)) continue;
      this.#messages.delete(ts);
      this.#onChanged(ts);
    }
    this.#order = [...now].sort();
    this.merge(page);
  }

  merge(page: readonly Message[]): void {
    const fresh: Ts[] = [];
    for (const raw of page) {
      const m = messageOf(raw);
      const was = this.#messages.get(m.ts);
      if (!was) fresh.push(m.ts);
      if (was && JSON.stringify(was) === JSON.stringify(m)) continue;
      this.#messages.set(m.ts, m);
      this.#onChanged(m.ts);
    }
    if (fresh.length > 0) this.#order = [...new Set([...this.#order, ...fresh])].sort();
  }

  /** Lets go of all but the first so many; gives those that went. */
  keepFirst(n: number): readonly Ts[] {
    return this.#drop(this.#order.splice(n));
  }

  /** Lets go of all but the last so many; gives those that went. */
  keepLast(n: number): readonly Ts[] {
    return this.#drop(this.#order.splice(0, Math.max(0, this.#order.length - n)));
  }

  /** Milliseconds between two messages. */
  spacing(): number {
    const between = Number(this.last ?? 0) - Number(this.first ?? 0);
    return (between * 1000) / Math.max(1, this.#order.length);
  }

  #drop(gone: readonly Ts[]): readonly Ts[] {
    for (const ts of gone) this.#messages.delete(ts);
    return gone;
  }
}
