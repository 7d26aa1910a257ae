/** A window of messages: that of a channel, or of a thread. */

import { batch, type ReadonlySignal, type Signal, signal } from "@preact/signals-core";
import { ApiError } from "../net/api";
import { type MessageChange, revised, timelineKey, timelinesOf } from "../store/messages";
import type { KeptTimeline } from "../store/snapshot";
import type { ChannelID, Message, Ts } from "../wire/objects";
import { fetchAround, fetchNewer, fetchOlder, fetchThread, type HistoryPage } from "./history";
import { keepOnDisk } from "./timeline_keep";
import { MessageWindow } from "./timeline_window";
import { noTs } from "./unread";
import type { Workspace } from "./workspace";

/** A message's ts, or its client_msg_id while the server doesn't have it. */
export type MessageKey = string;

export type Loading = "" | "all" | "older" | "newer";

/** A window that grows beyond this lets go of messages at its other end. */
const maxWindow = 1200;
const windowAfterCut = 800;
/** What stays of a window that nobody watches. */
const idleWindow = 100;
/** A jump begins anew where the stream's own load took its place. */
const jumpTries = 3;

/**
 * A window of a channel's messages or of a thread's, oldest first. It is contiguous:
 * what lies between its first and last message is in it. While atEnd, new messages
 * come in by themselves, and one's own unsent ones stand last.
 */
export class Timeline {
  readonly channel: ChannelID;
  /** The root of a thread's timeline, which is its first message. */
  readonly thread: Ts | undefined;
  /** Its key in the database. */
  readonly key: string;
  readonly messages: ReadonlySignal<readonly MessageKey[]>;
  /** Nothing is older than the first message. */
  readonly atStart: ReadonlySignal<boolean>;
  /** Nothing is newer than the last. */
  readonly atEnd: ReadonlySignal<boolean>;
  /** What is being loaded; "all" where there is nothing to show meanwhile. */
  readonly loading: ReadonlySignal<Loading>;
  /** The code of what the last load failed with. */
  readonly error: ReadonlySignal<string | undefined>;

  readonly #w: Workspace;
  readonly #messages: Signal<readonly MessageKey[]>;
  readonly #atStart = signal(false);
  readonly #atEnd = signal(true);
  readonly #loading = signal<Loading>("all");
  readonly #error = signal<string | undefined>(undefined);
  /** What the server has. */
  readonly #window = new MessageWindow((ts) => this.#update(ts));
  /** What is shown of those that somebody asked for. */
  readonly #shown = new Map<MessageKey, Signal<Message | undefined>>();
  #watched = false;
  /** Changes since a load began: its answer may be older than they are. */
  #replay: MessageChange[] | undefined;
  /** Counts loads of the window: answers to a former one are void. */
  #generation = 0;
  /** Counts where it was asked to go: only the last one is gone to. */
  #jumps = 0;
  /** The window is as the server has it, and events keep it so. */
  #synced = false;
  /** Does again what the last load failed at. */
  #again: (() => Promise<unknown>) | undefined;

  /** With what was kept of it, where that was read already. */
  constructor(w: Workspace, channel: ChannelID, thread?: Ts, kept?: KeptTimeline) {
    this.#w = w;
    this.channel = channel;
    this.thread = thread;
    this.key = timelineKey(channel, thread);
    this.#messages = signal<readonly MessageKey[]>([], {
      watched: () => {
        this.#watched = true;
        queueMicrotask(() => this.retry());
      },
      unwatched: () => {
        this.#watched = false;
      },
    });
    this.messages = this.#messages;
    this.atStart = this.#atStart;
    this.atEnd = this.#atEnd;
    this.loading = this.#loading;
    this.error = this.#error;
    this.#list();
    if (kept) this.#restore(kept);
    else void this.#open();
  }

  /** Whether a view shows it. */
  get watched(): boolean {
    return this.#watched;
  }

  /** The message of a key; undefined once it is deleted. Renders again only when this message changes. */
  message(key: MessageKey): ReadonlySignal<Message | undefined> {
    let s = this.#shown.get(key);
    if (!s) {
      s = signal(this.#show(key));
      this.#shown.set(key, s);
    }
    return s;
  }

  /** The newest message that the server has. */
  get newest(): Ts | undefined {
    return this.#window.last;
  }

  /** The message as the server has it, without waiting for anything. */
  peek(ts: Ts): Message | undefined {
    return this.#window.get(ts);
  }

  async loadOlder(): Promise<void> {
    const { first } = this.#window;
    if (this.#loading.peek() || this.#atStart.peek() || !first) return;
    const load = async () => {
      const page = await fetchOlder(this.#w.api, this.channel, { latest: first });
      return () => {
        const before = this.#atEnd.peek() ? first : undefined;
        this.#merge(page.messages);
        this.#atStart.value = page.atStart;
        this.#cutNewest();
        if (before) {
          const stamps = page.messages.map((m) => m.ts).sort();
          void keepOnDisk(this.#w, this, () => stamps, before);
        }
      };
    };
    await this.#load("older", load, () => this.loadOlder());
  }

  async loadNewer(): Promise<void> {
    const { last } = this.#window;
    if (this.#loading.peek() || this.#atEnd.peek() || !last) return;
    const load = async () => {
      const page = await fetchNewer(
        this.#w.api,
        this.channel,
        last,
        this.#window.spacing(),
        this.#w.platform.clock.now(),
      );
      return () => {
        if (page.detached) return this.#replace(page);
        this.#merge(page.messages);
        this.#atEnd.value = page.atEnd;
        this.#cutOldest();
      };
    };
    await this.#load("newer", load, () => (this.#synced ? this.loadNewer() : this.#reload()));
  }

  /**
   * Makes the window one around ts, or that of the very beginning where it is noTs.
   * Resolves to the key to show: the message, or the one next to where it was.
   */
  async jumpTo(at: Ts): Promise<MessageKey | undefined> {
    const ts = at === noTs ? this.#beginning() : at;
    const jump = ++this.#jumps;
    for (let n = 0; n < jumpTries && jump === this.#jumps && !this.#window.has(ts) && !this.#covers(ts); n++) {
      const load = async () => {
        const page = await this.#fetch(ts);
        return () => this.#replace(page);
      };
      // Later on nobody is taken away from what is shown.
      const again = () => (this.#window.size === 0 ? this.#load("all", load, again) : this.#reload());
      if (await this.#load("all", load, again)) break;
    }
    return this.#window.order.findLast((t) => t <= ts) ?? this.#window.first;
  }

  /** Where the conversation was made; the second before, as its first message may be of the same. */
  #beginning(): Ts {
    const created = this.#w.channels.peek(this.channel)?.created ?? 0;
    return `${Math.max(1, created - 1)}.000000`.padStart(noTs.length, "0");
  }

  async jumpToLatest(): Promise<void> {
    this.#jumps++;
    if (!this.#atEnd.peek()) await this.#loadLatest();
  }

  /** Applies what an event changed in the channel. */
  apply(changes: readonly MessageChange[]): void {
    this.#replay?.push(...changes);
    batch(() => {
      for (const c of changes) this.#change(c);
    });
  }

  /** Puts in a message that the server has answered with, before its event comes. */
  confirm(m: Message): void {
    this.apply([{ kind: "add", message: m }]);
  }

  /** What one's own unsent messages or changes make of it is another now. */
  refresh(key?: MessageKey): void {
    if (key === undefined) this.#list();
    else this.#update(key);
  }

  /** What is held may be out of date: it is shown until the server has answered. */
  lost(): void {
    this.#synced = false;
    if (this.#watched || this.#loading.peek()) void this.#reload();
    else this.clear();
  }

  /** Loads again what could not be loaded, or what may be out of date. */
  retry(): void {
    if (this.#loading.peek()) return;
    if (this.#again) void this.#again();
    else if (!this.#synced) void this.#reload();
  }

  /** There is a connection again. */
  reconnected(): void {
    if (this.#watched) this.retry();
  }

  /** Nothing of it is the caller's to see any more. */
  clear(): void {
    this.#generation++;
    this.#window.clear();
    this.#synced = false;
    this.#replay = undefined;
    this.#loading.value = "";
    this.#forgive();
    this.#atStart.value = false;
    this.#atEnd.value = true;
    this.#list();
    for (const key of this.#shown.keys()) this.#update(key);
  }

  /** From the database if the channel is followed there, else from the server. */
  async #open(): Promise<void> {
    const generation = this.#generation;
    this.#replay = [];
    const followed = this.#w.seqOf(this.channel) !== undefined;
    const kept = followed ? await this.#w.store.timeline(this.key) : undefined;
    if (generation !== this.#generation) return;
    if (!kept) return this.#loadLatest();
    void this.#w.store.looked(this.key);
    this.#restore(kept);
    if (this.#w.seqOf(this.channel) !== undefined) return;
    this.#synced = false; // it ended while the database was read
    void this.#reload();
  }

  /** Takes what the device keeps of a stream that is followed. */
  #restore(kept: KeptTimeline): void {
    batch(() => {
      this.#replace({ messages: kept.messages, atStart: kept.atStart, atEnd: true });
      this.#replayed();
      this.#loading.value = "";
    });
    this.#synced = true;
  }

  /** Loads the latest, with what is there on show. */
  async #reload(): Promise<void> {
    if (this.#window.size === 0) return this.#loadLatest();
    // Where somebody reads old messages they stay put: the window is loaded anew around them.
    const at = this.#atEnd.peek() ? undefined : this.#window.order[Math.floor(this.#window.size / 2)];
    const load = async () => {
      const page = await this.#fetch(at);
      return () => {
        this.#replace(page);
        if (page.atEnd) this.#keepAll();
      };
    };
    await this.#load("newer", load, () => this.#reload());
  }

  async #loadLatest(): Promise<void> {
    const load = async () => {
      const page = await this.#fetch(undefined);
      return () => {
        this.#replace(page);
        this.#keepAll();
      };
    };
    await this.#load("all", load, () => this.#reload());
  }

  #fetch(at: Ts | undefined): Promise<HistoryPage> {
    const { api, platform } = this.#w;
    if (this.thread) return fetchThread(api, this.channel, this.thread);
    return at ? fetchAround(api, this.channel, at, platform.clock.now()) : fetchOlder(api, this.channel, {});
  }

  /**
   * Runs a load: what it resolves to puts the answer in place; again is for when it fails. False: a later one took its
   * place.
   */
  async #load(
    what: "all" | "older" | "newer",
    f: () => Promise<() => void>,
    again: () => Promise<unknown>,
  ): Promise<boolean> {
    const generation = ++this.#generation;
    this.#replay = [];
    this.#loading.value = what === "newer" && this.#window.size === 0 ? "all" : what;
    this.#forgive();
    try {
      const place = await f();
      if (generation !== this.#generation) return false;
      batch(() => {
        place();
        this.#replayed();
        this.#loading.value = "";
      });
      if (what !== "older") this.#synced = this.#w.seqOf(this.channel) !== undefined;
    } catch (e) {
      if (generation !== this.#generation) return false;
      this.#replay = undefined;
      this.#again = again;
      batch(() => {
        this.#loading.value = "";
        this.#error.value = e instanceof ApiError ? e.code : "internal_error";
      });
    }
    return true;
  }

  #replayed(): void {
    const changes = this.#replay ?? [];
    this.#replay = undefined;
    for (const c of changes) this.#change(c);
  }

  #forgive(): void {
    this.#error.value = undefined;
    this.#again = undefined;
  }

  #change(c: MessageChange): void {
    switch (c.kind) {
      case "add":
        return this.#add(c.message);
      case "revise": {
        const was = this.#window.get(c.ts);
        if (was) this.#set(c.ts, revised(was, c.f));
        return;
      }
      case "sweep":
        for (const [ts, was] of this.#window.all()) this.#set(ts, revised(was, c.f));
        return;
      default:
        c satisfies never;
    }
  }

  #add(m: Message): void {
    if (this.#window.has(m.ts) || !timelinesOf(this.channel, m).includes(this.key)) return;
    const { first } = this.#window;
    const fits = this.#atStart.peek() || first === undefined || m.ts > first;
    if (!this.#atEnd.peek() || !fits || (first === undefined && this.#loading.peek() !== "")) return;
    this.#window.insert(m);
    if (!this.#watched && this.#window.size > maxWindow) this.shrink();
    this.#list();
  }

  #set(ts: Ts, now: Message | undefined): void {
    this.#window.set(ts, now);
    if (!now) this.#list();
  }

  /** Puts a page in place of the window. */
  #replace(page: HistoryPage): void {
    this.#window.replace(page.messages);
    this.#w.outbox.arrived(page.messages);
    this.#atStart.value = page.atStart;
    this.#atEnd.value = page.atEnd;
    this.#list();
  }

  #merge(messages: readonly Message[]): void {
    this.#window.merge(messages);
    this.#w.outbox.arrived(messages);
    this.#list();
  }

  /** Whether ts lies in the window, though no message has it (any more). */
  #covers(ts: Ts): boolean {
    const { first, last } = this.#window;
    if (first === undefined || last === undefined) return false;
    return (ts > first || this.#atStart.peek()) && (ts < last || this.#atEnd.peek());
  }

  #cutNewest(): void {
    if (this.#window.size <= maxWindow) return;
    this.#forget(this.#window.keepFirst(windowAfterCut));
    this.#atEnd.value = false;
    this.#list();
  }

  #cutOldest(): void {
    if (this.#window.size <= maxWindow) return;
    this.#forget(this.#window.keepLast(windowAfterCut));
    this.#atStart.value = false;
    this.#list();
  }

  #forget(gone: readonly Ts[]): void {
    for (const ts of gone) this.#shown.delete(ts);
  }

  /** Nobody looks: the end of it is enough to begin with the next time. */
  shrink(): void {
    if (this.#window.size <= idleWindow || this.#loading.peek()) return;
    if (!this.#atEnd.peek()) {
      this.#forget(this.#window.keepLast(0));
      this.#synced = false;
      this.#forgive();
      this.#atEnd.value = true;
      this.#atStart.value = false;
      this.#list();
      return;
    }
    if (this.thread) return;
    this.#forget(this.#window.keepLast(idleWindow));
    this.#atStart.value = false;
    this.#list();
  }

  #list(): void {
    const { outbox, operations } = this.#w;
    const pending = this.#atEnd.peek() ? outbox.pendingIn(this.channel, this.thread) : [];
    const kept = operations.hidesIn(this.channel)
      ? this.#window.order.filter((ts) => !operations.hides(this.channel, ts))
      : this.#window.order;
    const now = [...kept, ...pending];
    const was = this.#messages.peek();
    if (now.length === was.length && now.every((k, i) => k === was[i])) return;
    this.#messages.value = now;
  }

  #update(key: MessageKey): void {
    const s = this.#shown.get(key);
    if (s) s.value = this.#show(key);
  }

  #show(key: MessageKey): Message | undefined {
    const base = this.#window.get(key);
    return base ? this.#w.operations.overlay(this.channel, base) : this.#w.outbox.pendingMessage(key);
  }

  /** Keeps the window on disk, as far as it reaches the end. */
  #keepAll(): void {
    void keepOnDisk(this.#w, this, () => this.#window.order);
  }
}
