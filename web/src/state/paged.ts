/**
 * A list that comes from the server page by page. The views show its signals: what is here, whether more is
 * on its way, and what went wrong. A newer load() makes the answers of older ones void.
 */
import { type Signal, signal } from "@preact/signals-core";
import { codeOf, isAborted } from "./remote";

export interface Page<T> {
  readonly items: readonly T[];
  /** Where the next page begins; "" where this was the last. */
  readonly next: string;
}

export type Load =
  | { readonly state: "idle" }
  | { readonly state: "loading" }
  | { readonly state: "ready" }
  | { readonly state: "failed"; readonly code: string };

export type FetchPage<T> = (cursor: string, signal: AbortSignal) => Promise<Page<T>>;

export class Paged<T> {
  readonly items: Signal<readonly T[]> = signal([]);
  readonly status: Signal<Load> = signal({ state: "idle" });
  /** hasMore: there is a further page. */
  readonly hasMore = signal(false);
  private next = "";
  private running: AbortController | undefined;

  constructor(
    private readonly fetch: FetchPage<T>,
    private readonly key: (item: T) => string,
  ) {}

  /** load asks for the first page; what is shown stays until it is here. */
  async load(): Promise<void> {
    await this.run("", (page) => page.items);
  }

  /** ensure loads once: a view that comes back finds what it left. */
  async ensure(): Promise<void> {
    const { state } = this.status.peek();
    if (state === "idle" || state === "failed") await this.load();
  }

  async loadMore(): Promise<void> {
    if (!this.hasMore.peek() || this.status.peek().state === "loading") return;
    await this.run(this.next, (page) => this.withoutKnown(page.items));
  }

  /** Everything, page after page, up to a bound: for lists that are filtered here. */
  async loadAll(most: number): Promise<void> {
    await this.load();
    while (this.hasMore.peek() && this.items.peek().length < most && this.status.peek().state === "ready") {
      await this.loadMore();
    }
  }

  update(key: string, change: (item: T) => T): void {
    this.items.value = this.items.peek().map((item) => (this.key(item) === key ? change(item) : item));
  }

  remove(key: string): void {
    this.items.value = this.items.peek().filter((item) => this.key(item) !== key);
  }

  /** keep leaves out those for which f is false. */
  keep(f: (item: T) => boolean): void {
    this.items.value = this.items.peek().filter(f);
  }

  prepend(item: T): void {
    this.items.value = [item, ...this.items.peek().filter((other) => this.key(other) !== this.key(item))];
  }

  set(items: readonly T[]): void {
    this.items.value = items;
  }

  /** clear forgets all, as if nothing had been asked for. */
  clear(): void {
    this.close();
    this.items.value = [];
    this.hasMore.value = false;
    this.status.value = { state: "idle" };
  }

  close(): void {
    this.running?.abort();
    this.running = undefined;
  }

  private async run(cursor: string, take: (page: Page<T>) => readonly T[]): Promise<void> {
    this.close();
    const mine = new AbortController();
    this.running = mine;
    this.status.value = { state: "loading" };
    try {
      const page = await this.fetch(cursor, mine.signal);
      if (this.running !== mine) return;
      this.items.value = take(page);
      this.next = page.next;
      this.hasMore.value = page.next !== "";
      this.status.value = { state: "ready" };
    } catch (error) {
      if (this.running !== mine || isAborted(error)) return;
      this.status.value = { state: "failed", code: codeOf(error) };
    }
  }

  private withoutKnown(page: readonly T[]): readonly T[] {
    const here = this.items.peek();
    const known = new Set(here.map(this.key));
    return [...here, ...page.filter((item) => !known.has(this.key(item)))];
  }
}
