/** What one keeps for later: to do, done, put away. */
import { type Signal, signal } from "@preact/signals-core";
import type { Message } from "../wire/objects";
import { Paged } from "./paged";
import { nextCursor, type Remote, type ResponseMetadata } from "./remote";

export const laterTabs = ["saved", "completed", "archived"] as const;
export type LaterTab = (typeof laterTabs)[number];

export interface SavedItem {
  readonly item_id: string;
  readonly ts: string;
  readonly date_created: number;
  /** Seconds; 0: never. */
  readonly date_due: number;
  readonly date_completed: number;
  /** null where it is gone, or one may not read it any more. */
  readonly message: Message | null;
}

export interface LaterCounts {
  readonly uncompleted_count: number;
  readonly uncompleted_overdue_count: number;
  readonly completed_count: number;
  readonly archived_count: number;
}

interface SavedAnswer extends ResponseMetadata {
  readonly saved_items: readonly SavedItem[];
  readonly counts: LaterCounts;
}

export type Mark = "completed" | "uncompleted" | "archived" | "unarchived";

const none: LaterCounts = { uncompleted_count: 0, uncompleted_overdue_count: 0, completed_count: 0, archived_count: 0 };

export function savedKey(item: { readonly item_id: string; readonly ts: string }): string {
  return `${item.item_id}/${item.ts}`;
}

export class Later {
  readonly tab: Signal<LaterTab> = signal("saved");
  readonly counts: Signal<LaterCounts> = signal(none);
  readonly lists: Readonly<Record<LaterTab, Paged<SavedItem>>>;

  constructor(private readonly remote: Remote) {
    const list = (filter: LaterTab) =>
      new Paged(async (cursor, signal) => {
        const args = { filter, limit: 25, ...(cursor === "" ? {} : { cursor }) };
        const answer = await remote.call<SavedAnswer>("saved.list", args, { signal });
        this.counts.value = answer.counts;
        return { items: answer.saved_items, next: nextCursor(answer) };
      }, savedKey);
    this.lists = { saved: list("saved"), completed: list("completed"), archived: list("archived") };
  }

  show(tab: LaterTab): void {
    this.tab.value = tab;
    void this.lists[tab].load();
  }

  /** again reads what is shown once more: another device, or a message, changed it. */
  async again(): Promise<void> {
    await this.lists[this.tab.peek()].load();
  }

  /** mark moves an item to where it belongs now, at once; it comes back where the server refuses. */
  async mark(item: SavedItem, mark: Mark): Promise<void> {
    await this.without(item, () => this.remote.call("saved.update", { ...named(item), mark }));
  }

  async remove(item: SavedItem): Promise<void> {
    await this.without(item, () => this.remote.call("saved.delete", named(item)));
  }

  /** remind sets when it is due, in seconds; 0: never. */
  async remind(item: SavedItem, due: number): Promise<void> {
    const list = this.lists[this.tab.peek()];
    const before = item.date_due;
    list.update(savedKey(item), (i) => ({ ...i, date_due: due }));
    try {
      await this.remote.call("saved.update", { ...named(item), date_due: due });
    } catch (error) {
      list.update(savedKey(item), (i) => ({ ...i, date_due: before }));
      throw error;
    }
  }

  async clearCompleted(): Promise<void> {
    await this.remote.call("saved.clearCompleted");
    this.lists.completed.clear();
    await this.again();
  }

  close(): void {
    for (const tab of laterTabs) this.lists[tab].close();
  }

  private async without(item: SavedItem, act: () => Promise<unknown>): Promise<void> {
    const tab = this.tab.peek();
    const list = this.lists[tab];
    const before = list.items.peek();
    list.remove(savedKey(item));
    try {
      await act();
    } catch (error) {
      list.set(before);
      throw error;
    }
    await this.recount();
  }

  /** The counts come with any page: the smallest will do. */
  private async recount(): Promise<void> {
    const answer = await this.remote.call<SavedAnswer>("saved.list", { limit: 1 });
    this.counts.value = answer.counts;
  }
}

function named(item: SavedItem): { item_type: string; item_id: string; ts: string } {
  return { item_type: "message", item_id: item.item_id, ts: item.ts };
}

export type Due = "none" | "overdue" | "today" | "later";

/** dueState tells how an item stands to its time. Both are in seconds; the day's end is the local one. */
export function dueState(due: number, now: number, endOfDay: number): Due {
  if (due === 0) return "none";
  if (due <= now) return "overdue";
  return due <= endOfDay ? "today" : "later";
}
