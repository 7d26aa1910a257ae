/** The messages that are pinned to a channel. */

import { type ReadonlySignal, type Signal, signal } from "@preact/signals-core";
import type { ChannelID, Message, UserID } from "../wire/objects";
import type { Workspace } from "./workspace";

export interface PinnedItem {
  readonly created: number;
  readonly created_by: UserID;
  readonly message: Message;
}

interface PinsAnswer {
  readonly items: readonly PinnedItem[];
}

export class Pins {
  /** undefined while they are not known. */
  private readonly lists = new Map<ChannelID, Signal<readonly PinnedItem[] | undefined>>();
  private readonly undo: (() => void)[];

  constructor(private readonly w: Pick<Workspace, "api" | "on" | "onRefresh">) {
    const again = (event: { channel_id: ChannelID }) => this.again(event.channel_id);
    this.undo = [
      w.on("pin_added", again),
      w.on("pin_removed", again),
      w.onRefresh(() => {
        for (const channel of this.lists.keys()) this.again(channel);
      }),
    ];
  }

  /** A channel's pins, the latest first; loaded when they are first asked for. */
  of(channel: ChannelID): ReadonlySignal<readonly PinnedItem[] | undefined> {
    let list = this.lists.get(channel);
    if (list === undefined) {
      list = signal<readonly PinnedItem[] | undefined>(undefined);
      this.lists.set(channel, list);
      void this.load(channel);
    }
    return list;
  }

  close(): void {
    for (const undo of this.undo) undo();
  }

  private again(channel: ChannelID): void {
    if (this.lists.has(channel)) void this.load(channel);
  }

  private async load(channel: ChannelID): Promise<void> {
    const list = this.lists.get(channel);
    try {
      const { items } = await this.w.api.call<PinsAnswer>("pins.list", { channel });
      if (list !== undefined) list.value = items;
    } catch {
      // What was shown stays; the next look asks again.
      if (list?.peek() === undefined) this.lists.delete(channel);
    }
  }
}

const create = (w: Workspace) => new Pins(w);

/** The pins of a workspace's channels. */
export const pinsOf = (w: Workspace): Pins => w.part(create);
