/** The links that a channel keeps at its top. */

import type { ReadonlySignal, Signal } from "@preact/signals-core";
import type { Bookmark, ChannelID } from "../wire/objects";
import { Refetch } from "./refetch";
import type { Workspace } from "./workspace";

interface BookmarksAnswer {
  readonly bookmarks: readonly Bookmark[];
}

interface BookmarkAnswer {
  readonly bookmark: Bookmark;
}

export interface BookmarkFields {
  readonly title: string;
  readonly link: string;
  readonly emoji?: string;
}

export class Bookmarks {
  private readonly lists = new Map<ChannelID, Signal<readonly Bookmark[]>>();
  private readonly refetch: Refetch;
  private readonly undo: (() => void)[];

  constructor(private readonly w: Pick<Workspace, "api" | "channels" | "on" | "onRefresh" | "platform">) {
    this.refetch = new Refetch(w.platform, (channel) => void this.load(channel));
    this.undo = [
      w.on("bookmark_added", (e) => this.put(e.channel_id, e.bookmark)),
      w.on("bookmark_changed", (e) => this.put(e.channel_id, e.bookmark)),
      w.on("bookmark_removed", (e) => this.take(e.channel_id, e.bookmark_id)),
      w.onRefresh(() => this.refetch.refresh(this.lists.keys())),
      w.channels.onLost((channel) => {
        const list = this.lists.get(channel);
        this.lists.delete(channel);
        if (list !== undefined) list.value = [];
      }),
    ];
  }

  /** A channel's bookmarks in their order; none until they are known. */
  of(channel: ChannelID): ReadonlySignal<readonly Bookmark[]> {
    let list = this.lists.get(channel);
    if (list === undefined) {
      list = this.refetch.signal<readonly Bookmark[]>(channel, []);
      this.lists.set(channel, list);
      void this.load(channel);
    }
    this.refetch.look(channel);
    return list;
  }

  async add(channel: ChannelID, fields: BookmarkFields): Promise<void> {
    const args = { channel_id: channel, type: "link", ...fields };
    const { bookmark } = await this.w.api.call<BookmarkAnswer>("bookmarks.add", args);
    this.put(channel, bookmark);
  }

  async edit(channel: ChannelID, id: string, fields: BookmarkFields): Promise<void> {
    const args = { channel_id: channel, bookmark_id: id, emoji: "", ...fields };
    const { bookmark } = await this.w.api.call<BookmarkAnswer>("bookmarks.edit", args);
    this.put(channel, bookmark);
  }

  /** Takes it away at once; it comes back where the server refuses. */
  async remove(channel: ChannelID, id: string): Promise<void> {
    const was = this.lists
      .get(channel)
      ?.peek()
      .find((b) => b.id === id);
    this.take(channel, id);
    try {
      await this.w.api.call("bookmarks.remove", { channel_id: channel, bookmark_id: id });
    } catch (error) {
      if (was !== undefined) this.put(channel, was);
      throw error;
    }
  }

  /** Puts it at another place, counted from 0, at once; it goes back where the server refuses. */
  async move(channel: ChannelID, id: string, place: number): Promise<void> {
    const list = this.lists.get(channel);
    const before = list?.peek() ?? [];
    const moved = before.find((b) => b.id === id);
    if (list === undefined || moved === undefined) return;
    const others = before.filter((b) => b !== moved);
    list.value = [...others.slice(0, place), moved, ...others.slice(place)];
    try {
      await this.w.api.call("client.moveBookmark", { channel, bookmark_id: id, place });
    } catch (error) {
      list.value = [...list.peek()].sort(byRank); // which others may have changed meanwhile
      throw error;
    }
  }

  close(): void {
    this.refetch.close();
    for (const undo of this.undo) undo();
  }

  private put(channel: ChannelID, bookmark: Bookmark): void {
    const list = this.lists.get(channel);
    if (list === undefined) return;
    const old = list.peek();
    const now = old.some((b) => b.id === bookmark.id)
      ? old.map((b) => (b.id === bookmark.id ? bookmark : b))
      : [...old, bookmark];
    list.value = now.sort(byRank);
  }

  private take(channel: ChannelID, id: string): void {
    const list = this.lists.get(channel);
    if (list !== undefined) list.value = list.peek().filter((b) => b.id !== id);
  }

  private async load(channel: ChannelID): Promise<void> {
    const list = this.lists.get(channel);
    try {
      const { bookmarks } = await this.w.api.call<BookmarksAnswer>("bookmarks.list", { channel_id: channel });
      if (list !== undefined && this.lists.get(channel) === list) list.value = bookmarks;
    } catch {
      // A channel's bar is no reason to trouble anybody: what was shown stays.
      if (list?.peek().length === 0) this.lists.delete(channel);
    }
  }
}

function byRank(a: Bookmark, b: Bookmark): number {
  const [x, y] = [a.rank ?? "", b.rank ?? ""];
  return x < y ? -1 : x > y ? 1 : 0;
}

const create = (w: Workspace) => new Bookmarks(w);

/** The bookmarks of a workspace's channels. */
export const bookmarksOf = (w: Workspace): Bookmarks => w.part(create);
