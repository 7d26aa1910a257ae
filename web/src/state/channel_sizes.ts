import { computed, type ReadonlySignal, type Signal } from "@preact/signals-core";
import type { Channel, ChannelID } from "../wire/objects";
import type { Part } from "./parts";
import { Refetch } from "./refetch";
import type { Workspace } from "./workspace";

/** How many are in a channel: asked for when it is first shown, as lists of channels don't say, and counted on by events. */
export class ChannelSizes implements Part {
  readonly #w: Workspace;
  readonly #refetch: Refetch;
  readonly #asked = new Map<ChannelID, Signal<number>>();
  readonly #shown = new Map<ChannelID, ReadonlySignal<number>>();

  constructor(w: Workspace) {
    this.#w = w;
    this.#refetch = new Refetch(w.platform, (id) => void this.#ask(id));
    w.on("member_joined_channel", (e) => this.#count(e.channel, 1));
    w.on("member_left_channel", (e) => this.#count(e.channel, -1));
    w.onRefresh(() => this.#refetch.refresh(this.#asked.keys()));
  }

  close(): void {
    this.#refetch.close();
  }

  /** 0 while it isn't known, and of direct messages. */
  of(id: ChannelID): ReadonlySignal<number> {
    this.#refetch.look(id);
    let shown = this.#shown.get(id);
    if (!shown) {
      shown = computed(() => {
        const channel = this.#w.channels.get(id).value;
        if (!channel || channel.is_im) return 0;
        // What the first page needs goes first.
        const asked = this.#w.status.value === "ready" ? this.#size(id).value : 0;
        return asked || (channel.num_members ?? 0);
      });
      this.#shown.set(id, shown);
    }
    return shown;
  }

  #size(id: ChannelID): Signal<number> {
    let size = this.#asked.get(id);
    if (!size) {
      size = this.#refetch.signal(id, 0);
      this.#asked.set(id, size);
      void this.#ask(id);
    }
    return size;
  }

  async #ask(id: ChannelID): Promise<void> {
    try {
      const { channel } = await this.#w.api.call<{ channel: Channel }>("conversations.info", {
        channel: id,
        include_num_members: true,
      });
      const size = this.#asked.get(id);
      if (size) size.value = channel.num_members ?? 0;
    } catch {
      // Not worth a word: the next refresh asks again.
    }
  }

  #count(id: ChannelID, by: number): void {
    const size = this.#asked.get(id);
    if (size && size.peek() > 0) size.value += by;
  }
}

export const channelSizes = (w: Workspace): ChannelSizes => w.part(createChannelSizes);

function createChannelSizes(w: Workspace): ChannelSizes {
  return new ChannelSizes(w);
}
