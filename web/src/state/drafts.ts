/**
 * What one has begun to write, in each conversation and thread. It is kept on
 * this device at once, so that it survives a reload without a network, and on
 * the server soon after, so that other devices go on with it. Of two that were
 * written apart the later one holds, by the writers' clocks.
 */

import { computed, effect, type ReadonlySignal, type Signal, signal } from "@preact/signals-core";
import type { ApiError } from "../net/api";
import type { Undo } from "../platform/platform";
import type { Block, ChannelID, Ts } from "../wire/objects";
import { isOver, type Kept, keyOf, LeftDrafts, withChanges } from "./drafts_left";
import type { Part } from "./parts";
import { nextCursor, type ResponseMetadata } from "./remote";
import type { Workspace } from "./workspace";

export interface DraftContent {
  readonly text: string;
  readonly blocks: readonly Block[];
  /** Of a reply: also send it to the channel. */
  readonly broadcast?: boolean;
}

export type Draft = Omit<Kept, "open" | "gone">;

interface ServerDraft {
  readonly id: string;
  readonly last_updated_ts: Ts;
  readonly destinations: readonly { channel_id: ChannelID; thread_ts?: Ts; broadcast?: boolean }[];
  readonly text: string;
  readonly blocks: readonly Block[];
  readonly is_deleted: boolean;
}

const restBeforeSaving = 1_500; // ms without a change
const restBeforeListing = 300;
/** Where this device keeps them. */
const keptAs = "feature:drafts";

export class Drafts implements Part {
  /** Those that say something, the newest first. */
  readonly list: ReadonlySignal<readonly Draft[]>;

  readonly #w: Workspace;
  readonly #kept: Signal<ReadonlyMap<string, Kept>>;
  readonly #one = new Map<string, ReadonlySignal<Draft | undefined>>();
  readonly #saving = new Set<string>();
  readonly #timers = new Map<string, Undo>();
  readonly #undo: Undo[];
  /** Changes that are not on disk yet, by key. */
  readonly #unwritten = new Map<string, Kept>();
  readonly #left: LeftDrafts;
  #writing = false;
  #listing: Undo | undefined;
  #last = 0;
  #closed = false;

  constructor(w: Workspace) {
    this.#w = w;
    this.#kept = signal(new Map());
    this.list = computed(() =>
      [...this.#kept.value.values()].filter((d) => !d.gone).sort((a, b) => (a.updated < b.updated ? 1 : -1)),
    );
    const changed = (e: { channel_id: ChannelID; thread_ts?: Ts; last_updated_ts?: Ts }) => this.#hear(e);
    this.#undo = [
      w.on("draft_create", changed),
      w.on("draft_update", changed),
      w.on("draft_delete", (e) => this.#hearGone(e)),
      w.onRefresh(() => this.#listSoon()),
      w.channels.onLost((channel) => this.#lost(channel)),
      effect(() => {
        if (w.connection.value.state === "live") this.#saveAll();
      }),
      // A page that may be gone back to is not told that it goes, but that it is hidden.
      w.platform.onLeave(() => this.#leave()),
      w.platform.onVisible((visible) => !visible && this.#leave()),
    ];
    this.#left = new LeftDrafts(w.platform, `${w.id}.${w.session.user}`);
    this.#change(this.#left.read());
    void this.#restore();
    this.#listSoon();
  }

  /** The draft of a conversation or thread; undefined where there is none. */
  of(channel: ChannelID, thread?: Ts): ReadonlySignal<Draft | undefined> {
    const key = keyOf(channel, thread);
    let one = this.#one.get(key);
    if (!one) {
      one = computed(() => {
        const kept = this.#kept.value.get(key);
        return kept?.gone ? undefined : kept;
      });
      this.#one.set(key, one);
    }
    return one;
  }

  /** Keeps a draft; one that says nothing is deleted. It gives the draft's time, by which one's own is known from others'. */
  save(channel: ChannelID, thread: Ts | undefined, content: DraftContent): Ts | undefined {
    const key = keyOf(channel, thread);
    const had = this.#kept.peek().get(key);
    if (content.text.trim() === "" && content.blocks.length === 0) {
      this.remove(channel, thread);
      return undefined;
    }
    if (this.#w.channels.missing(channel).peek()) return undefined; // its composer goes
    const updated = this.#now();
    this.#put(key, { ...content, channel, thread, updated, id: had?.gone ? undefined : had?.id, open: true });
    this.#saveSoon(key, restBeforeSaving);
    return updated;
  }

  /** Forgets a draft, here and on the server: it was sent or thrown away. */
  remove(channel: ChannelID, thread?: Ts): void {
    const key = keyOf(channel, thread);
    const had = this.#kept.peek().get(key);
    if (!had || had.gone) return;
    if (!had.id && !this.#saving.has(key)) {
      this.#put(key, undefined);
      return;
    }
    this.#put(key, { ...had, text: "", blocks: [], updated: this.#now(), open: true, gone: true });
    this.#saveSoon(key, 0);
  }

  /** The caller has lost the channel: what they began to write there can't be seen any more. */
  #lost(channel: ChannelID): void {
    for (const draft of this.#kept.peek().values()) if (draft.channel === channel) this.remove(channel, draft.thread);
  }

  close(): void {
    this.#closed = true;
    for (const undo of this.#undo) undo();
    for (const undo of this.#timers.values()) undo();
    this.#listing?.();
  }

  #leave(): void {
    this.#left.leave([...this.#unwritten.values()]);
  }

  /** The time as the server keeps it, later than any before. */
  #now(): Ts {
    this.#last = Math.max(this.#w.platform.clock.now() * 1000, this.#last + 1);
    return `${Math.floor(this.#last / 1e6)}.${String(this.#last % 1e6).padStart(6, "0")}`;
  }

  #put(key: string, draft: Kept | undefined): void {
    const had = this.#kept.peek().get(key);
    if (draft) this.#change([draft]);
    else if (had) this.#change([{ ...had, text: "", blocks: [], open: false, gone: true }]);
  }

  /** Shows what has changed, and begins to write it. */
  #change(drafts: readonly Kept[]): void {
    if (drafts.length === 0) return;
    const next = new Map(this.#kept.peek());
    for (const draft of drafts) {
      const key = keyOf(draft.channel, draft.thread);
      if (isOver(draft)) next.delete(key);
      else next.set(key, draft);
      this.#unwritten.set(key, draft);
    }
    this.#kept.value = next;
    // A page that nobody sees may be ended without a word.
    if (!this.#w.platform.visible()) this.#left.leave(drafts);
    void this.#write();
  }

  /** Writes what has changed beside what other tabs keep; what changes meanwhile follows. */
  async #write(): Promise<void> {
    if (this.#writing) return;
    this.#writing = true;
    while (this.#unwritten.size > 0) {
      const changes = [...this.#unwritten.values()];
      if (!(await this.#w.store.changeValue<readonly Kept[]>(keptAs, (all = []) => withChanges(all, changes)))) break;
      this.#left.forget(changes);
      for (const change of changes) {
        const key = keyOf(change.channel, change.thread);
        if (this.#unwritten.get(key) === change) this.#unwritten.delete(key);
      }
    }
    this.#writing = false;
  }

  /** What this device kept; what was written since it was asked for is newer. */
  async #restore(): Promise<void> {
    const kept = (await this.#w.store.value<readonly Kept[]>(keptAs)) ?? [];
    if (this.#closed) return;
    const next = new Map(this.#kept.peek());
    for (const draft of kept) {
      const key = keyOf(draft.channel, draft.thread);
      const newer = next.get(key) ?? this.#unwritten.get(key);
      if ((newer?.updated ?? "") < draft.updated) next.set(key, draft);
    }
    this.#kept.value = next;
    this.#saveAll();
  }

  #saveSoon(key: string, ms: number): void {
    this.#timers.get(key)?.();
    this.#timers.set(
      key,
      this.#w.platform.clock.after(ms, () => {
        this.#timers.delete(key);
        void this.#save(key);
      }),
    );
  }

  #saveAll(): void {
    for (const [key, draft] of this.#kept.peek()) if (draft.open && !this.#timers.has(key)) this.#saveSoon(key, 0);
  }

  /** Brings one draft to the server. One call at a time for each: what changes meanwhile follows. */
  async #save(key: string): Promise<void> {
    const draft = this.#kept.peek().get(key);
    if (!draft?.open || this.#saving.has(key) || this.#closed) return;
    this.#saving.add(key);
    try {
      if (draft.gone) await this.#delete(key, draft);
      else await this.#create(key, draft);
    } catch (e) {
      this.#refused(key, draft, (e as ApiError).code);
    } finally {
      this.#saving.delete(key);
    }
    const now = this.#kept.peek().get(key);
    if (now?.open && now.updated !== draft.updated) this.#saveSoon(key, restBeforeSaving);
  }

  async #create(key: string, draft: Kept): Promise<void> {
    const { draft: holds } = await this.#w.api.call<{ draft: ServerDraft }>("drafts.create", {
      channel: draft.channel,
      ...(draft.thread && { thread_ts: draft.thread }),
      text: draft.text,
      blocks: draft.blocks,
      reply_broadcast: draft.broadcast ?? false,
      client_last_updated_ts: draft.updated,
      is_from_composer: true,
    });
    const now = this.#kept.peek().get(key);
    if (!now) return;
    if (now.updated !== draft.updated) this.#put(key, { ...now, id: holds.id });
    else if (holds.last_updated_ts > draft.updated) this.#adopt(holds);
    else this.#put(key, { ...now, id: holds.id, open: false });
  }

  async #delete(key: string, draft: Kept): Promise<void> {
    if (draft.id)
      await this.#w.api.call("drafts.delete", { draft_id: draft.id, client_last_updated_ts: draft.updated });
    if (this.#kept.peek().get(key)?.updated === draft.updated) this.#put(key, undefined);
  }

  /** What the server won't take stays here; what it has no more is forgotten. */
  #refused(key: string, draft: Kept, code: string): void {
    const now = this.#kept.peek().get(key);
    if (!now || now.updated !== draft.updated || code === "no_answer") return;
    if (draft.gone) this.#put(key, undefined);
    else if (code !== "ratelimited" && code !== "service_unavailable" && code !== "internal_error") {
      this.#put(key, { ...now, open: false });
    }
  }

  #hear(e: { channel_id: ChannelID; thread_ts?: Ts; last_updated_ts?: Ts }): void {
    const had = this.#kept.peek().get(keyOf(e.channel_id, e.thread_ts));
    if (!had || had.updated < (e.last_updated_ts ?? "9")) this.#listSoon();
  }

  #hearGone(e: { channel_id: ChannelID; thread_ts?: Ts; last_updated_ts?: Ts }): void {
    const key = keyOf(e.channel_id, e.thread_ts);
    const had = this.#kept.peek().get(key);
    if (had && had.updated <= (e.last_updated_ts ?? "9")) this.#put(key, undefined);
  }

  #listSoon(): void {
    this.#listing?.();
    this.#listing = this.#w.platform.clock.after(restBeforeListing, () => {
      this.#listing = undefined;
      this.#listAll().catch(() => {
        // The next connection asks again.
      });
    });
  }

  async #listAll(): Promise<void> {
    const seen = new Set<string>();
    const before = new Set(this.#kept.peek().keys());
    for (let cursor = ""; ; ) {
      const page = await this.#w.api.call<{ drafts: readonly ServerDraft[] } & ResponseMetadata>("drafts.list", {
        limit: 100,
        ...(cursor && { cursor }),
      });
      if (this.#closed) return;
      for (const draft of page.drafts) {
        const to = draft.destinations[0];
        if (to) seen.add(keyOf(to.channel_id, to.thread_ts));
        this.#adopt(draft);
      }
      cursor = nextCursor(page);
      if (!cursor) break;
    }
    for (const key of before) {
      const had = this.#kept.peek().get(key);
      if (had?.id && !had.open && !seen.has(key)) this.#put(key, undefined);
    }
  }

  /** Takes the server's draft in place of an older one of ours. */
  #adopt(draft: ServerDraft): void {
    const to = draft.destinations[0];
    if (!to) return;
    const key = keyOf(to.channel_id, to.thread_ts);
    const had = this.#kept.peek().get(key);
    if (had && had.updated >= draft.last_updated_ts) {
      if (!had.id) this.#put(key, { ...had, id: draft.id });
      return;
    }
    if (draft.is_deleted) {
      this.#put(key, undefined);
      return;
    }
    this.#put(key, {
      channel: to.channel_id,
      ...(to.thread_ts && { thread: to.thread_ts }),
      id: draft.id,
      text: draft.text,
      blocks: draft.blocks,
      broadcast: to.broadcast ?? false,
      updated: draft.last_updated_ts,
    });
  }
}

const createDrafts = (w: Workspace) => new Drafts(w);

/** The drafts of a workspace. */
export function draftsOf(w: Workspace): Drafts {
  return w.part(createDrafts);
}
