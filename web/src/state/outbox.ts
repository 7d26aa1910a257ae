import { batch, type ReadonlySignal, signal } from "@preact/signals-core";
import { ApiError, isPassing } from "../net/api";
import type { Undo } from "../platform/platform";
import type { OutboxRecord } from "../store/database";
import type { Block, ChannelID, File, LocalState, Message, Ts } from "../wire/objects";
import type { MessageKey } from "./timeline";
import type { Workspace } from "./workspace";

export interface Draft {
  text: string;
  blocks?: Block[];
  thread_ts?: Ts;
  reply_broadcast?: boolean;
  /** Files that are uploaded already (files.getUploadURLExternal and the bytes), shared by this message. */
  files?: File[];
}

interface Entry {
  id: MessageKey;
  channel: ChannelID;
  created: number;
  draft: Draft;
  local: LocalState;
  /** Whether it is on disk, where the tab that leads finds it; undefined while it is written. */
  kept?: boolean;
  /** The server has it, and its event is on the way. */
  sent?: boolean;
}

const firstRetryMs = 2_000;
const lastRetryMs = 30_000;
/** How long an answer may be ahead of its event before the event is not waited for. */
const eventMs = 15_000;
/** How many messages are remembered as sent, so that none is sent again. */
const maxDone = 500;
/**
 * The server knows a message that comes again for a day: one that is older, and may
 * have got there without an answer, is not sent by itself any more.
 */
const maxAgeMs = 20 * 60 * 60 * 1000;

/**
 * What is on its way to the server. A message stands on disk until the server has
 * it, under a client_msg_id by which the server knows a repeat: so it survives
 * reloads and being offline, and is neither lost nor doubled. The tab that leads
 * sends, those of a channel one after the other.
 */
export class Outbox {
  /** How many messages wait or have failed. */
  readonly pending: ReadonlySignal<number>;

  readonly #w: Workspace;
  readonly #pending = signal(0);
  readonly #entries = new Map<MessageKey, Entry>();
  readonly #sending = new Set<ChannelID>();
  readonly #done = new Set<MessageKey>();
  #retry: Undo | undefined;
  #failures = 0;

  constructor(w: Workspace) {
    this.#w = w;
    this.pending = this.#pending;
  }

  /** Shows the message at once and sends it; its key until the server has it. */
  send(channel: ChannelID, draft: Draft): MessageKey {
    const id = this.#w.platform.uuid();
    const entry: Entry = { id, channel, created: this.#moment(), draft, local: { state: "sending" } };
    this.#put(entry);
    void this.#keep(entry);
    this.#pump(channel);
    return id;
  }

  /** Sends a failed message again. */
  retry(key: MessageKey): void {
    const e = this.#entries.get(key);
    if (e?.local.state !== "failed") return;
    e.created = this.#moment();
    this.#change(e, { state: "sending" });
    void this.#keep(e);
    this.#pump(e.channel);
  }

  /** Forgets a message that was not sent. */
  discard(key: MessageKey): void {
    if (this.#entries.get(key)?.local.state === "sending") return;
    this.#remove(key);
    void this.#w.store.deleteOutbox(key).then(() => this.#w.feed?.outboxChanged());
  }

  /** The following show at once, are undone where the server refuses, and then reject with its ApiError. */
  edit(channel: ChannelID, ts: Ts, to: { text: string; blocks?: Block[] }): Promise<void> {
    return this.#w.operations.edit(channel, ts, to);
  }

  remove(channel: ChannelID, ts: Ts): Promise<void> {
    return this.#w.operations.remove(channel, ts);
  }

  react(channel: ChannelID, ts: Ts, name: string, on: boolean): Promise<void> {
    return this.#w.operations.react(channel, ts, name, on);
  }

  pin(channel: ChannelID, ts: Ts, on: boolean): Promise<void> {
    return this.#w.operations.pin(channel, ts, on);
  }

  /** The keys of what waits for this timeline, in the order in which it was sent. */
  pendingIn(channel: ChannelID, thread: Ts | undefined): MessageKey[] {
    return [...this.#entries.values()]
      .filter((e) => e.channel === channel && standsIn(e.draft, thread))
      .sort((a, b) => a.created - b.created)
      .map((e) => e.id);
  }

  pendingMessage(key: MessageKey): Message | undefined {
    const e = this.#entries.get(key);
    if (!e) return undefined;
    const { text, blocks, thread_ts, files, reply_broadcast } = e.draft;
    return {
      ts: `${Math.floor(e.created / 1000)}.${String((e.created % 1000) * 1000).padStart(6, "0")}`,
      client_msg_id: e.id,
      user: this.#w.self.peek().id,
      text,
      blocks,
      thread_ts,
      files,
      subtype: reply_broadcast ? "thread_broadcast" : undefined,
      local: e.local,
    };
  }

  /** The server has these messages: those of ours among them are pending no more. */
  arrived(messages: readonly Message[]): void {
    for (const m of messages) {
      const id = m.client_msg_id;
      if (!id || !this.#entries.has(id)) continue;
      this.#remove(id);
      void this.#w.store.deleteOutbox(id);
    }
  }

  /** Reads what other tabs, or a former visit, have put on disk. */
  async reload(): Promise<void> {
    const before = [...this.#entries.values()].filter((e) => e.kept).map((e) => e.id);
    const records = await this.#w.store.outbox();
    if (records) {
      batch(() => {
        for (const r of records) this.#read(r);
        const kept = new Set(records.map((r) => r.id));
        for (const id of before) if (!kept.has(id)) this.#remove(id);
      });
    }
    this.#pumpAll();
  }

  /** There is a connection: what waited goes out. */
  wake(): void {
    this.#failures = 0;
    this.#retry?.();
    this.#retry = undefined;
    this.#pumpAll();
  }

  close(): void {
    this.#retry?.();
  }

  #read(r: OutboxRecord): void {
    if (this.#done.has(r.id)) return;
    const known = this.#entries.get(r.id);
    const failed: LocalState = { state: "failed", error: r.error };
    if (!known) {
      const local: LocalState = r.state === "failed" ? failed : { state: "sending" };
      this.#put({ id: r.id, channel: r.channel, created: r.created, draft: r.draft as Draft, local, kept: true });
      return;
    }
    known.kept = true;
    known.created = r.created;
    if (r.state === "failed" && known.local.state !== "failed") this.#change(known, failed);
    else if (r.state === "waiting" && known.local.state === "failed") this.#change(known, { state: "sending" });
  }

  /** Writes it to disk for the tab that leads; where that fails, this one sends it. */
  async #keep(e: Entry): Promise<void> {
    e.kept = (await this.#w.store.putOutbox(record(e))) || (e.kept ?? false);
    if (e.kept) this.#w.feed?.outboxChanged();
    else this.#pump(e.channel);
  }

  /** Now, after all that waits. */
  #moment(): number {
    const last = Math.max(0, ...[...this.#entries.values()].map((e) => e.created));
    return Math.max(this.#w.platform.clock.now(), last + 1);
  }

  #put(e: Entry): void {
    batch(() => {
      this.#entries.set(e.id, e);
      this.#changed(e);
    });
  }

  #change(e: Entry, local: LocalState): void {
    e.local = local;
    this.#changed(e);
  }

  #remove(id: MessageKey): void {
    const e = this.#entries.get(id);
    if (!e) return;
    this.#entries.delete(id);
    this.#done.add(id);
    for (const old of this.#done) {
      if (this.#done.size <= maxDone) break;
      this.#done.delete(old);
    }
    this.#changed(e);
  }

  #changed(e: Entry): void {
    this.#pending.value = this.#entries.size;
    this.#w.timelines.refresh(e.channel, e.id);
  }

  /** Sends what waits in the channel, if this is the tab to do so. */
  #pump(channel: ChannelID): void {
    const { feed } = this.#w;
    if (!feed || this.#sending.has(channel)) return;
    if (feed.caughtUp) this.#giveUpOld(channel);
    const next = [...this.#entries.values()]
      .filter((e) => e.channel === channel && e.local.state !== "failed" && !e.sent)
      .filter((e) => (feed.leading || e.kept === false) && !this.#isOld(e))
      .sort((a, b) => a.created - b.created)[0];
    if (!next) return;
    this.#sending.add(channel);
    void this.#post(next).then((goOn) => {
      this.#sending.delete(channel);
      if (goOn) this.#pump(channel);
    });
  }

  #pumpAll(): void {
    for (const channel of new Set([...this.#entries.values()].map((e) => e.channel))) this.#pump(channel);
  }

  #isOld(e: Entry): boolean {
    return this.#w.platform.clock.now() - e.created > maxAgeMs;
  }

  /** What is old, and has not come back as an event either, is for the person to send again. */
  #giveUpOld(channel: ChannelID): void {
    for (const e of this.#entries.values()) {
      if (e.channel !== channel || e.local.state === "failed" || e.sent || !this.#isOld(e)) continue;
      this.#change(e, { state: "failed", error: "not_sent_in_time" });
      void this.#keep(e);
    }
  }

  /** Resolves to whether the next one of the channel can go. */
  async #post(e: Entry): Promise<boolean> {
    if (e.local.state !== "sending") this.#change(e, { state: "sending" });
    try {
      const message = await this.#deliver(e);
      this.#failures = 0;
      await this.#delivered(e, message);
      return true;
    } catch (error) {
      const code = error instanceof ApiError ? error.code : "internal_error";
      if (!this.#entries.has(e.id)) return true; // its event came all the same
      if (isPassing(error)) {
        this.#change(e, { state: "queued" });
        this.#retryLater(error instanceof ApiError ? error.retryAfterMs : undefined);
        return false;
      }
      this.#change(e, { state: "failed", error: code });
      await this.#keep(e);
      return true;
    }
  }

  async #deliver(e: Entry): Promise<Message | undefined> {
    const { text, blocks, thread_ts, reply_broadcast, files } = e.draft;
    const where = { thread_ts, reply_broadcast, client_msg_id: e.id };
    if (files && files.length > 0) {
      await this.#w.api.call("files.completeUploadExternal", {
        files: files.map((f) => ({ id: f.id, title: f.title ?? f.name ?? undefined })),
        channel_id: e.channel,
        initial_comment: text || undefined,
        ...where,
      });
      return undefined;
    }
    const args = { channel: e.channel, text, blocks, ...where };
    return (await this.#w.api.call<{ message: Message }>("chat.postMessage", args)).message;
  }

  async #delivered(e: Entry, message: Message | undefined): Promise<void> {
    const { store, timelines, platform } = this.#w;
    e.sent = true;
    if (message) {
      batch(() => {
        this.#remove(e.id);
        timelines.apply({ channel: e.channel, changes: [{ kind: "add", message }] });
        this.#w.unread.sent(e.channel, message);
      });
    } else {
      platform.clock.after(eventMs, () => this.#remove(e.id));
    }
    await store.deleteOutbox(e.id);
    this.#w.feed?.outboxChanged();
  }

  #retryLater(afterMs: number | undefined): void {
    if (this.#retry) return;
    const { platform } = this.#w;
    const grown = Math.min(lastRetryMs, firstRetryMs * 2 ** this.#failures++) * (0.5 + platform.random() / 2);
    this.#retry = platform.clock.after(Math.max(afterMs ?? 0, grown), () => {
      this.#retry = undefined;
      this.#pumpAll();
    });
  }
}

function record(e: Entry): OutboxRecord {
  return {
    id: e.id,
    channel: e.channel,
    created: e.created,
    state: e.local.state === "failed" ? "failed" : "waiting",
    error: e.local.error,
    draft: e.draft,
  };
}

function standsIn(d: Draft, thread: Ts | undefined): boolean {
  return thread === undefined ? !d.thread_ts || d.reply_broadcast === true : d.thread_ts === thread;
}
