/** Which messages the caller keeps for later, so that a row can show its mark. */

import { computed, type ReadonlySignal, signal } from "@preact/signals-core";
import type { ChannelID, Ts } from "../wire/objects";
import type { Workspace } from "./workspace";

interface SavedPage {
  readonly saved_items: readonly { readonly item_id: string; readonly ts: string; readonly date_due: number }[];
  readonly response_metadata?: { readonly next_cursor?: string };
}

/** Marks beyond this many saved messages are not shown. */
const maxPages = 4;

export class SavedMarks {
  /** When each is due, in seconds; 0: never. */
  private readonly due = signal<ReadonlyMap<string, number>>(new Map());
  private readonly undo: (() => void)[];

  constructor(private readonly w: Pick<Workspace, "api" | "operations" | "on" | "onRefresh">) {
    const put = (e: { item_id: string; ts: Ts; state: string; date_due: number }) =>
      this.set(e.item_id, e.ts, isOpen(e.state) ? e.date_due : undefined);
    this.undo = [
      w.on("saved_added", put),
      w.on("saved_updated", put),
      w.on("saved_removed", (e) => this.set(e.item_id, e.ts, undefined)),
      w.onRefresh(() => void this.load()),
    ];
    void this.load();
  }

  /** When the message is due, 0 for never; undefined where it isn't kept. */
  of(channel: ChannelID, ts: Ts): ReadonlySignal<number | undefined> {
    const key = `${channel}/${ts}`;
    return computed(() => {
      const { value: saves } = this.w.operations.saves;
      return saves.has(key) ? saves.get(key) : this.due.value.get(key);
    });
  }

  /** Keeps the message or no longer does: at once, and back where the server refuses. */
  async save(channel: ChannelID, ts: Ts, on: boolean): Promise<void> {
    await this.w.operations.save(channel, ts, on);
    this.set(channel, ts, on ? (this.due.peek().get(`${channel}/${ts}`) ?? 0) : undefined);
  }

  /** Keeps the message and says when to remind of it, in seconds. */
  async remind(channel: ChannelID, ts: Ts, due: number): Promise<void> {
    await this.w.operations.save(channel, ts, true, due);
    this.set(channel, ts, due);
  }

  close(): void {
    for (const undo of this.undo) undo();
  }

  private set(channel: string, ts: Ts, due: number | undefined): void {
    const next = new Map(this.due.peek());
    if (due === undefined) next.delete(`${channel}/${ts}`);
    else next.set(`${channel}/${ts}`, due);
    this.due.value = next;
  }

  private async load(): Promise<void> {
    const found = new Map<string, number>();
    let cursor = "";
    try {
      for (let page = 0; page < maxPages; page++) {
        const args = { filter: "saved", limit: 50, ...(cursor === "" ? {} : { cursor }) };
        const answer = await this.w.api.call<SavedPage>("saved.list", args);
        for (const item of answer.saved_items) found.set(`${item.item_id}/${item.ts}`, item.date_due);
        cursor = answer.response_metadata?.next_cursor ?? "";
        if (cursor === "") break;
      }
      this.due.value = found;
    } catch {
      // The marks that are known stay; the next refresh asks again.
    }
  }
}

function isOpen(state: string): boolean {
  return state !== "completed" && state !== "archived";
}

const create = (w: Workspace) => new SavedMarks(w);

/** What the caller of a workspace keeps for later. */
export const savedMarksOf = (w: Workspace): SavedMarks => w.part(create);
