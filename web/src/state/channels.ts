import { batch, type ReadonlySignal, type Signal, signal } from "@preact/signals-core";
import { ApiError, isPassing } from "../net/api";
import type { Undo } from "../platform/platform";
import { type ChannelChange, isGuest, isLost, leftBehind } from "../store/directory";
import type { Channel, ChannelID, UserID } from "../wire/objects";
import { ChannelLists } from "./channel_lists";
import { Members } from "./members";
import type { Workspace } from "./workspace";

/** How long after a connection, or a look that failed, on average: not all who lost theirs with a gateway ask at once. */
const lookAfterMs = 10_000;
const lookedAtOnce = 500;

/** The conversations of the caller, and others that they looked at. */
export class Channels {
  /** Those that the caller is a member of, archived ones and closed DMs left out, in no particular order. */
  readonly list: ReadonlySignal<readonly Channel[]>;
  /** Ids of those that are starred. */
  readonly starred: ReadonlySignal<ReadonlySet<ChannelID>>;
  /** Ids of those that are muted. */
  readonly muted: ReadonlySignal<ReadonlySet<ChannelID>>;
  readonly lists: ChannelLists;

  readonly #w: Workspace;
  readonly #channels = new Map<ChannelID, Signal<Channel | undefined>>();
  readonly #missing = new Map<ChannelID, Signal<boolean>>();
  readonly #members = new Map<ChannelID, Members>();
  readonly #asked = new Set<ChannelID>();
  readonly #listed = new Map<ChannelID, Channel>();
  readonly #list = signal<readonly Channel[]>([]);
  /** Ends the wait for the next look. */
  #looking: Undo | undefined;
  #closed = false;
  readonly #onLost = new Set<(id: ChannelID) => void>();
  /** What is listed has changed since the list was made. */
  #isListOld = false;

  constructor(w: Workspace) {
    this.#w = w;
    this.list = this.#list;
    this.lists = new ChannelLists(w);
    this.starred = this.lists.starred;
    this.muted = this.lists.muted;
  }

  /** The channel; one that is unknown is asked for (undefined until then, and where there is none: see missing). */
  get(id: ChannelID): ReadonlySignal<Channel | undefined> {
    const s = this.#signal(id);
    if (s.peek() === undefined) queueMicrotask(() => void this.#ask(id));
    return s;
  }

  /** Makes sure that onLost is called for a channel that the caller doesn't have, whenever that was found out. */
  seek(id: ChannelID): void {
    if (this.#missingSignal(id).peek()) this.#lost(id);
    else this.get(id);
  }

  /** The channel as it is known now. */
  peek(id: ChannelID): Channel | undefined {
    return this.#channels.get(id)?.peek();
  }

  /** Whether the server says that there is no such channel for the caller. */
  missing(id: ChannelID): ReadonlySignal<boolean> {
    return this.#missingSignal(id);
  }

  /** Who is in it, in pages. */
  members(id: ChannelID): Members {
    let m = this.#members.get(id);
    if (!m) {
      m = new Members(this.#w.api, id);
      this.#members.set(id, m);
    }
    return m;
  }

  /** Public channels whose names match, the caller's own first; and the caller's private ones. */
  async browse(text: string, limit: number): Promise<Channel[]> {
    const wanted = text.toLowerCase().replace(/^#/, "");
    const matches = (c: Channel) => !c.is_im && !c.is_mpim && (c.name ?? "").toLowerCase().includes(wanted);
    const found = new Map<ChannelID, Channel>();
    for (const c of this.#list.peek()) if (matches(c)) found.set(c.id, c);
    type Page = { channels: Channel[]; response_metadata?: { next_cursor?: string } };
    const args = { types: "public_channel", exclude_archived: true, limit: 1000 };
    for await (const page of this.#w.api.pages<Page>("conversations.list", args, {}, 20)) {
      for (const c of page.channels) if (matches(c) && !found.has(c.id)) found.set(c.id, c);
      if (found.size >= limit) break;
    }
    return [...found.values()].slice(0, limit);
  }

  async join(id: ChannelID): Promise<void> {
    const a = await this.#w.api.call<{ channel: Channel }>("conversations.join", { channel: id });
    this.put([{ ...a.channel, is_member: true }]);
  }

  async leave(id: ChannelID): Promise<void> {
    await this.#w.api.call("conversations.leave", { channel: id });
    this.left(id);
  }

  /** The caller is not in it any more: what only members know goes. */
  left(id: ChannelID): void {
    this.#members.delete(id);
    this.change({ id, f: (c) => leftBehind(c, isGuest(this.#w.self.peek())) });
    if (this.peek(id) === undefined) this.#lost(id);
  }

  /** Calls f when the caller may know nothing of a channel any more: what was read before may still name it. */
  onLost(f: (id: ChannelID) => void): Undo {
    this.#onLost.add(f);
    return () => this.#onLost.delete(f);
  }

  async create(name: string, isPrivate: boolean): Promise<Channel> {
    return this.#made(await this.#w.api.call("conversations.create", { name, is_private: isPrivate }));
  }

  async archive(id: ChannelID): Promise<void> {
    await this.#w.api.call("conversations.archive", { channel: id });
    this.change({ id, f: (c) => c && { ...c, is_archived: true } });
  }

  async unarchive(id: ChannelID): Promise<void> {
    await this.#w.api.call("conversations.unarchive", { channel: id });
    this.change({ id, f: (c) => c && { ...c, is_archived: false } });
  }

  /** Makes a public channel private, or a private one public. */
  async convert(id: ChannelID, isPrivate: boolean): Promise<void> {
    const method = isPrivate ? "admin.conversations.convertToPrivate" : "admin.conversations.convertToPublic";
    await this.#w.api.call(method, { channel_id: id });
    this.change({ id, f: (c) => c && { ...c, is_private: isPrivate } });
  }

  async rename(id: ChannelID, name: string): Promise<void> {
    const a = await this.#w.api.call<{ channel: Channel }>("conversations.rename", { channel: id, name });
    this.change({ id, f: (c) => c && { ...c, name: a.channel.name ?? name, name_normalized: a.channel.name ?? name } });
  }

  async setTopic(id: ChannelID, topic: string): Promise<void> {
    await this.#w.api.call("conversations.setTopic", { channel: id, topic });
    this.change({ id, f: (c) => c && { ...c, topic: this.#blurb(topic) } });
  }

  async setPurpose(id: ChannelID, purpose: string): Promise<void> {
    await this.#w.api.call("conversations.setPurpose", { channel: id, purpose });
    this.change({ id, f: (c) => c && { ...c, purpose: this.#blurb(purpose) } });
  }

  async invite(id: ChannelID, users: readonly UserID[]): Promise<void> {
    await this.#w.api.call("conversations.invite", { channel: id, users: users.join(",") });
  }

  async kick(id: ChannelID, user: UserID): Promise<void> {
    await this.#w.api.call("conversations.kick", { channel: id, user });
  }

  /** The DM or group DM with these people; it is opened where it is not. */
  async openDM(users: readonly UserID[]): Promise<Channel> {
    const args = { users: users.join(","), return_im: true };
    return this.#made(await this.#w.api.call("conversations.open", args), true);
  }

  /** Takes a DM out of the sidebar. */
  async closeDM(id: ChannelID): Promise<void> {
    this.change({ id, f: (c) => c && { ...c, is_open: false } });
    try {
      await this.#w.api.call("conversations.close", { channel: id });
    } catch (e) {
      this.change({ id, f: (c) => c && { ...c, is_open: true } });
      throw e;
    }
  }

  /** These show at once, and resolve when the server has agreed: without a connection, once there is one. */
  star(id: ChannelID, on: boolean): Promise<void> {
    return this.#w.operations.list("taut_starred", id, on);
  }

  mute(id: ChannelID, on: boolean): Promise<void> {
    return this.#w.operations.list("muted_channels", id, on);
  }

  /** Takes channels as the server has them now. */
  put(channels: readonly Channel[]): void {
    batch(() => {
      for (const c of channels) this.#apply({ id: c.id, f: (was) => merged(was, c) });
      this.#relist();
    });
  }

  /** Takes the caller's conversations: those that are not among them are archived, or left. */
  boot(mine: readonly Channel[]): void {
    batch(() => {
      this.put(mine.map((c) => ({ ...c, is_member: true })));
      const named = new Set(mine.map((c) => c.id));
      for (const [id, s] of this.#channels) {
        const c = s.peek();
        if (!c?.is_member || c.is_archived || named.has(id)) continue;
        this.#asked.delete(id);
        void this.#ask(id);
      }
    });
  }

  /** The channel is private from now on: of one that the caller is not in nothing stays. */
  closed(id: ChannelID): void {
    if (isLost(this.peek(id))) this.#forget(id);
  }

  /** After a gap: whether those that the caller only looked at may still be looked at. */
  refresh(): void {
    if (this.#closed) return;
    const { platform } = this.#w;
    this.#looking ??= platform.clock.after(lookAfterMs * (0.5 + platform.random()), () => {
      this.#looking = undefined;
      void this.#look().catch((e) => {
        // Without a connection the next one looks again.
        if (isPassing(e) && this.#w.connection.peek().state === "live") this.refresh();
      });
    });
  }

  close(): void {
    this.#closed = true;
    this.#looking?.();
  }

  /** Those that are not found are asked for one by one. Rejects where one got no answer. */
  async #look(): Promise<void> {
    const seen = [...this.#channels].filter(([, s]) => s.peek()?.is_member === false).map(([id]) => id);
    for (let from = 0; from < seen.length; from += lookedAtOnce) {
      const ids = seen.slice(from, from + lookedAtOnce);
      const a = await this.#w.api.call<{ channels: { id: ChannelID }[] }>("client.channels", {
        channels: ids.join(","),
      });
      const found = new Set(a.channels.map((c) => c.id));
      for (const id of ids) {
        if (found.has(id)) continue;
        this.#asked.delete(id);
        const failure = await this.#ask(id);
        if (isPassing(failure)) throw failure;
      }
    }
  }

  change(c: ChannelChange): void {
    batch(() => {
      this.#apply(c);
      this.#relist();
    });
  }

  #apply(c: ChannelChange): void {
    const was = this.#channels.get(c.id)?.peek();
    const now = c.f(was);
    if (now === was) return;
    this.#signal(c.id).value = now;
    this.#missingSignal(c.id).value = now === undefined;
    if (now && isListed(now)) this.#listed.set(c.id, now);
    else if (!this.#listed.delete(c.id)) return;
    this.#isListOld = true;
  }

  #relist(): void {
    if (!this.#isListOld) return;
    this.#isListOld = false;
    this.#list.value = [...this.#listed.values()];
  }

  #blurb(value: string) {
    return { value, creator: this.#w.self.peek().id, last_set: Math.floor(this.#w.platform.clock.now() / 1000) };
  }

  #made(a: { channel: Channel }, isOpen?: boolean): Channel {
    const c = { ...a.channel, is_member: true, ...(isOpen ? { is_open: true } : {}) };
    this.put([c]);
    return this.peek(c.id) ?? c;
  }

  #signal(id: ChannelID): Signal<Channel | undefined> {
    let s = this.#channels.get(id);
    if (!s) {
      s = signal<Channel | undefined>(undefined);
      this.#channels.set(id, s);
    }
    return s;
  }

  #missingSignal(id: ChannelID): Signal<boolean> {
    let s = this.#missing.get(id);
    if (!s) {
      s = signal(false);
      this.#missing.set(id, s);
    }
    return s;
  }

  /** Resolves to why there is no answer, if there is none. */
  async #ask(id: ChannelID): Promise<unknown> {
    if (!id || this.#asked.has(id) || this.#missingSignal(id).peek()) return;
    this.#asked.add(id);
    try {
      const a = await this.#w.api.call<{ channel: Channel }>("conversations.info", {
        channel: id,
        include_num_members: true,
      });
      if (this.#missingSignal(id).peek()) return; // it was left meanwhile
      this.put([a.channel]);
      await this.#w.store.putChannels([a.channel]);
    } catch (e) {
      if (e instanceof ApiError && e.code === "channel_not_found") {
        this.#missingSignal(id).value = true;
        if (this.peek(id)) this.#drop(id);
        else this.#lost(id);
        return;
      }
      this.#asked.delete(id);
      return e;
    }
  }

  /** The caller has lost it while nobody was there to be told. */
  #drop(id: ChannelID): void {
    this.#forget(id);
    void this.#w.store.dropChannel(id);
  }

  #forget(id: ChannelID): void {
    this.#w.timelines.gone(id);
    this.#w.unread.gone(id);
    this.#members.delete(id);
    this.change({ id, f: () => undefined });
    this.#lost(id);
  }

  #lost(id: ChannelID): void {
    for (const f of [...this.#onLost]) f(id);
  }
}

function isListed(c: Channel | undefined): boolean {
  return c?.is_member === true && !c.is_archived && !((c.is_im || c.is_mpim) && c.is_open === false);
}

/** The channel as the server says, with what this answer of it leaves out; the same object where nothing changed. */
function merged(was: Channel | undefined, c: Channel): Channel {
  const now = { ...was, ...c };
  return was && JSON.stringify(was) === JSON.stringify(now) ? was : now;
}
