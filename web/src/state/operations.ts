import { batch, type ReadonlySignal, signal } from "@preact/signals-core";
import { ApiError } from "../net/api";
import type { Undo } from "../platform/platform";
import type { Verdict } from "../sync/tabs";
import type { Block, ChannelID, LocalState, Message, Ts } from "../wire/objects";
import type { ListName } from "./channel_lists";
import { ask, type Change, isKnown, type Listing, settled, slotOf, type Target } from "./operation_kinds";
import { type Carrier, Queue, type Waiting } from "./outbox_queue";
import type { Workspace } from "./workspace";

/** A change of a message, or of a list of conversations, that the server doesn't have yet. */
interface Entry extends Waiting {
  readonly ts: Ts;
  readonly change: Change;
  state: LocalState["state"];
  error?: string;
  isUnderWay?: boolean;
  /** Who waits for it in this tab. */
  done?: { resolve(): void; reject(e: ApiError): void };
}

/** How many wait at most. Who changes more without a connection is told. */
const maxWaiting = 500;

/**
 * Changes of messages, and of lists of conversations, that are on their way: they are
 * laid over whatever the server says meanwhile, and taken off when it has answered.
 * Like messages they stand on disk until then, and go out from the tab that leads, in
 * their order. All of them may be asked for twice. What is refused is undone and told of; an edit
 * stays, as somebody's text, until they decide.
 */
export class Operations implements Carrier<Entry> {
  /** How many wait. */
  readonly pending: ReadonlySignal<number>;
  /** Messages that are to be kept for later, by CHANNEL/TS: when they are due; undefined for those that no longer are. */
  readonly saves: ReadonlySignal<ReadonlyMap<string, number | undefined>>;
  /** Changes of lists of conversations, in their order. */
  readonly listings: ReadonlySignal<readonly (Target & Listing)[]>;

  readonly #w: Workspace;
  readonly #queue: Queue<Entry>;
  readonly #saves = signal<ReadonlyMap<string, number | undefined>>(new Map());
  readonly #listings = signal<readonly (Target & Listing)[]>([]);
  readonly #byMessage = new Map<string, Entry[]>();
  /** How many messages of a channel are hidden by them. */
  readonly #hiding = new Map<ChannelID, number>();
  readonly #onRefused = new Set<(code: string) => void>();

  constructor(w: Workspace) {
    this.#w = w;
    this.#queue = new Queue(w, this);
    this.pending = this.#queue.size;
    this.saves = this.#saves;
    this.listings = this.#listings;
  }

  /** These show at once. They resolve when the server has agreed, and reject with its ApiError where it refuses. */
  edit(channel: ChannelID, ts: Ts, to: { text: string; blocks?: Block[] }): Promise<void> {
    const thread = this.#w.timelines.peek(channel, ts)?.thread_ts;
    this.discard(channel, ts);
    return this.#operate(channel, ts, { kind: "edit", ...to, ...(thread && thread !== ts && { thread }) });
  }

  remove(channel: ChannelID, ts: Ts): Promise<void> {
    return this.#operate(channel, ts, { kind: "remove" });
  }

  react(channel: ChannelID, ts: Ts, name: string, on: boolean): Promise<void> {
    return this.#operate(channel, ts, { kind: "react", name, on });
  }

  pin(channel: ChannelID, ts: Ts, on: boolean): Promise<void> {
    return this.#operate(channel, ts, { kind: "pin", on });
  }

  /** Keeps the message for later, due at a time in seconds (0: never), or no longer. */
  save(channel: ChannelID, ts: Ts, on: boolean, due = 0): Promise<void> {
    return this.#operate(channel, ts, { kind: "save", on, due });
  }

  /** Puts a conversation into a list, or takes it out. */
  list(list: ListName, id: ChannelID, on: boolean): Promise<void> {
    return this.#operate(list, id, { kind: "list", on });
  }

  /** Asks again for an edit that was refused. */
  retry(channel: ChannelID, ts: Ts): void {
    for (const e of this.#of(channel, ts)) {
      if (e.state !== "failed") continue;
      e.error = undefined;
      this.#change(e, "sending");
      void this.#queue.keep(e);
    }
    this.#queue.pump(channel);
  }

  /** Forgets an edit that was refused. */
  discard(channel: ChannelID, ts: Ts): void {
    for (const e of this.#of(channel, ts)) if (e.state === "failed") void this.#drop(e);
  }

  /** Calls f for what is refused when nobody waits for it any more, with the reason. */
  onRefused(f: (code: string) => void): Undo {
    this.#onRefused.add(f);
    return () => this.#onRefused.delete(f);
  }

  /** Tells of a refusal that nobody has waited for. */
  tell(code: string): void {
    for (const f of this.#onRefused) f(code);
  }

  /** The message with the changes that are on their way. */
  overlay(channel: ChannelID, m: Message): Message | undefined {
    let now: Message | undefined = m;
    for (const e of this.#of(channel, m.ts)) {
      if (isHiding(e)) return undefined;
      now = now && this.#settled(now, e);
      if (now && e.change.kind === "edit") now = { ...now, local: { state: e.state, error: e.error, isEdit: true } };
    }
    return now;
  }

  hides(channel: ChannelID, ts: Ts): boolean {
    return this.#of(channel, ts).some(isHiding);
  }

  hidesIn(channel: ChannelID): boolean {
    return this.#hiding.has(channel);
  }

  /** The message is deleted: the text of an edit that was refused stays. */
  deleted(channel: ChannelID, ts: Ts): void {
    for (const e of this.#of(channel, ts)) if (e.state === "failed") void this.#salvage(e);
  }

  /** The caller has lost the channel: its changes can't be made, nor be seen any more. */
  lost(channel: ChannelID): void {
    const all = this.#queue.list(channel);
    for (const e of all) void this.#drop(e);
    if (all.some((e) => e.change.kind === "edit")) this.tell("channel_lost");
  }

  /** Reads what other tabs, or a former visit, have put on disk. */
  async reload(verdict?: Verdict): Promise<void> {
    if (verdict) this.#heard(verdict);
    const before = this.#queue.list().filter((e) => e.kept);
    const records = await this.#w.store.waiting("operations");
    if (records) {
      batch(() => {
        for (const { error, change, ...r } of records) {
          if (this.#queue.isDone(r.id)) continue;
          const known = this.#queue.get(r.id);
          const state = error === undefined ? "sending" : "failed";
          if (!known) this.#queue.put({ ...r, error, change: change as Change, state, kept: true });
          else if ((known.state === "failed") !== (state === "failed")) {
            known.error = error;
            this.#change(known, state);
            if (error !== undefined) known.done?.reject(new ApiError(error));
          }
        }
        const kept = new Set(records.map((r) => r.id));
        for (const { id } of before) if (!kept.has(id)) this.#queue.remove(id)?.done?.resolve();
      });
      const ofMessages = this.#queue.list().filter((e) => e.change.kind !== "list");
      for (const channel of new Set(ofMessages.map((e) => e.channel))) this.#w.channels.seek(channel);
    }
    this.#queue.pumpAll();
  }

  wake(): void {
    this.#queue.wake();
  }

  close(): void {
    this.#queue.close();
  }

  write({ id, channel, ts, created, error, change }: Entry): Promise<boolean> {
    return this.#w.store.putWaiting("operations", { id, channel, ts, created, error, change });
  }

  changed(e: Entry): void {
    const { id, channel, ts, change } = e;
    if (change.kind === "list") return this.#listListings();
    const key = `${channel}/${ts}`;
    const was = this.#byMessage.get(key) ?? [];
    const now = was.filter((other) => other !== e);
    if (this.#queue.get(id) === e) now.push(e);
    now.sort((a, b) => a.created - b.created);
    if (now.length > 0) this.#byMessage.set(key, now);
    else this.#byMessage.delete(key);
    this.#hide(channel, Number(now.some(isHiding)) - Number(was.some(isHiding)));
    if (change.kind === "save") this.#listSaves();
    this.#w.timelines.refresh(channel, ts);
  }

  /** What a later change makes void is not asked for. */
  before(channel: ChannelID): void {
    const later = new Set<string>();
    for (const e of this.#queue.list(channel).reverse()) {
      const slot = `${e.ts} ${slotOf(e.change)}`;
      if (later.has(slot) && !e.isUnderWay && this.isReady(e) && this.#queue.isOurs(e)) void this.#drop(e);
      later.add(slot);
    }
  }

  isReady(e: Entry): boolean {
    return e.state !== "failed" && isKnown(e.change);
  }

  async deliver(e: Entry): Promise<void> {
    e.isUnderWay = true;
    if (e.state !== "sending") this.#change(e, "sending");
    try {
      if (e.change.kind === "list") await this.#w.channels.lists.ask(e.channel as ListName, e.ts, e.change.on);
      else await ask(this.#w.api, e, e.change);
    } finally {
      e.isUnderWay = false;
    }
    this.#settle(e);
    await this.#w.store.deleteWaiting("operations", e.id);
    this.#w.feed?.outboxChanged({ id: e.id });
  }

  postponed({ channel }: Entry): void {
    for (const e of this.#queue.list(channel)) if (e.state === "sending") this.#change(e, "queued");
  }

  async refused(e: Entry, code: string): Promise<void> {
    if (e.change.kind === "edit" && !this.#isGone(e, code)) {
      e.error = code;
      this.#change(e, "failed");
      e.done?.reject(new ApiError(code));
      e.done = undefined;
      return this.#queue.keep(e);
    }
    if (e.change.kind === "edit") {
      const f = (m: Message) => settled(m, e, { kind: "remove" }, "", "");
      this.#w.timelines.apply({ channel: e.channel, changes: [{ kind: "revise", ts: e.ts, f }] });
      await this.#salvage(e);
    } else {
      this.#refuse(e, code);
      await this.#w.store.deleteWaiting("operations", e.id);
      this.#w.feed?.outboxChanged({ id: e.id, error: code });
    }
  }

  #operate(channel: ChannelID, ts: Ts, change: Change): Promise<void> {
    if (this.pending.peek() >= maxWaiting) return Promise.reject(new ApiError("too_many_waiting"));
    return new Promise((resolve, reject) => {
      const { platform } = this.#w;
      const done = { resolve, reject };
      const created = this.#queue.moment();
      this.#queue.add({ id: platform.uuid(), channel, ts, created, change, state: "sending", done });
    });
  }

  /** Puts in place of the change what the server made of it. */
  #settle(e: Entry): void {
    const { change } = e;
    batch(() => {
      this.#queue.remove(e.id);
      if (change.kind === "list") return this.#w.channels.lists.agreed(e.channel as ListName, e.ts, change.on);
      const f = (m: Message) => this.#settled(m, e);
      this.#w.timelines.apply({ channel: e.channel, changes: [{ kind: "revise", ts: e.ts, f }] });
      if (change.kind === "remove") this.discard(e.channel, e.ts);
    });
    e.done?.resolve();
  }

  #refuse(e: Entry, code: string): void {
    this.#queue.remove(e.id);
    if (e.done) e.done.reject(new ApiError(code));
    else if (this.#w.feed?.leading) this.tell(code);
  }

  /** Another tab tells what the server said. */
  #heard({ id, error }: Verdict): void {
    const e = this.#queue.get(id);
    if (!e) return;
    if (error === undefined) this.#settle(e);
    else this.#refuse(e, error);
  }

  #isGone(e: Entry, code: string): boolean {
    const m = this.#w.timelines.peek(e.channel, e.ts);
    return code === "message_not_found" || m?.subtype === "tombstone";
  }

  /** The text of an edit whose message is no more: it stands last, to be sent as a message or discarded. */
  async #salvage(e: Entry): Promise<void> {
    if (e.change.kind !== "edit") return;
    const { text, blocks, thread } = e.change;
    const draft = { text, blocks, ...(thread && { thread_ts: thread }) };
    await this.#w.outbox.salvage(e.id, e.channel, draft, "edited_message_deleted");
    e.done?.reject(new ApiError("edited_message_deleted"));
    e.done = undefined;
    await this.#drop(e);
  }

  /** Takes one away that is not asked for any more. */
  async #drop(e: Entry): Promise<void> {
    this.#queue.remove(e.id);
    e.done?.resolve();
    await this.#w.store.deleteWaiting("operations", e.id);
    this.#w.feed?.outboxChanged();
  }

  #change(e: Entry, state: Entry["state"]): void {
    e.state = state;
    this.#w.timelines.refresh(e.channel, e.ts);
  }

  #of(channel: ChannelID, ts: Ts): readonly Entry[] {
    return this.#byMessage.get(`${channel}/${ts}`) ?? [];
  }

  #settled(m: Message, e: Entry): Message | undefined {
    return settled(m, e, e.change, this.#w.self.peek().id, String(e.created / 1000));
  }

  #listSaves(): void {
    const all = this.#queue
      .list()
      .flatMap(({ channel, ts, change }): [string, number | undefined][] =>
        change.kind === "save" ? [[`${channel}/${ts}`, change.on ? change.due : undefined]] : [],
      );
    this.#saves.value = new Map(all);
  }

  #listListings(): void {
    this.#listings.value = this.#queue
      .list()
      .flatMap(({ channel, ts, change }) => (change.kind === "list" ? [{ channel, ts, ...change }] : []));
  }

  #hide(channel: ChannelID, by: number): void {
    const n = (this.#hiding.get(channel) ?? 0) + by;
    if (n > 0) this.#hiding.set(channel, n);
    else this.#hiding.delete(channel);
  }
}

function isHiding(e: Entry): boolean {
  return e.change.kind === "remove";
}
