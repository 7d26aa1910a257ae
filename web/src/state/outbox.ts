import { batch, type ReadonlySignal } from "@preact/signals-core";
import type { Undo } from "../platform/platform";
import type { OutboxRecord } from "../store/database";
import type { Attachment, Block, ChannelID, File, LocalState, Message, Ts } from "../wire/objects";
import { type Carrier, Queue, type Waiting } from "./outbox_queue";
import type { MessageKey } from "./timeline";
import type { Workspace } from "./workspace";

export interface Draft {
  text: string;
  blocks?: Block[];
  thread_ts?: Ts;
  reply_broadcast?: boolean;
  /** Files that are uploaded already (files.getUploadURLExternal and the bytes), shared by this message. */
  files?: File[];
  /** Pictures among them, by their file's id: a page that comes later makes an address of its own for each. */
  pictures?: ReadonlyMap<string, Blob>;
  /** A message that is passed on. Its links are not looked up again. */
  attachments?: Attachment[];
}

interface Entry extends Waiting {
  readonly draft: Draft;
  local: LocalState;
  /** The server has it, and its event is on the way. */
  sent?: boolean;
  /** Ends the wait for that event. */
  unexpect?: Undo;
  /** Gives back the addresses of its pictures. */
  forget?: Undo;
}

/** How long a picture's address outlives its message here: until the server's own is there. */
const afterglowMs = 120_000;
/** How long an answer may be ahead of its event, while there is a connection, before the event is not waited for. */
const eventMs = 15_000;
/**
 * The server knows a message that comes again for a day: one that is older, and may
 * have got there without an answer, is not sent by itself any more.
 */
const maxAgeMs = 20 * 60 * 60 * 1000;
/** How many bytes of pictures all messages that wait are kept with. */
const maxPictureBytes = 100 * 1024 * 1024;

/**
 * What is on its way to the server. A message stands on disk until the server has
 * it, under a client_msg_id by which the server knows a repeat: so it survives
 * reloads and being offline, and is neither lost nor doubled. The tab that leads
 * sends, those of a channel one after the other.
 */
export class Outbox implements Carrier<Entry> {
  /** How many messages wait or have failed. */
  readonly pending: ReadonlySignal<number>;

  readonly #w: Workspace;
  readonly #queue: Queue<Entry>;
  #closed = false;

  constructor(w: Workspace) {
    this.#w = w;
    this.#queue = new Queue(w, this);
    this.pending = this.#queue.size;
  }

  /** Shows the message at once and sends it; its key until the server has it. */
  send(channel: ChannelID, draft: Draft): MessageKey {
    const id = this.#w.platform.uuid();
    const shown = this.#shown(this.#hasRoom(draft) ? draft : { ...draft, pictures: undefined });
    this.#queue.add({ id, channel, created: this.#queue.moment(), ...shown, local: { state: "sending" } });
    return id;
  }

  /** Takes in a text that the server has refused, for the person to send or to discard. Resolves when it is on disk. */
  async salvage(id: MessageKey, channel: ChannelID, draft: Draft, error: string): Promise<void> {
    if (this.#queue.get(id) || this.#queue.isDone(id)) return;
    const entry: Entry = { id, channel, created: this.#queue.moment(), draft, local: { state: "failed", error } };
    this.#queue.put(entry);
    await this.#queue.keep(entry);
  }

  /** Sends a failed message again. */
  retry(key: MessageKey): void {
    const e = this.#queue.get(key);
    if (e?.local.state !== "failed") return;
    e.created = this.#queue.moment();
    this.#change(e, { state: "sending" });
    void this.#queue.keep(e);
    this.#queue.pump(e.channel);
  }

  /** Forgets a message that was not sent. */
  discard(key: MessageKey): void {
    if (this.#queue.get(key)?.local.state === "sending") return;
    this.#queue.remove(key);
    void this.#w.store.deleteWaiting("outbox", key).then(() => this.#w.feed?.outboxChanged());
  }

  /** The caller has lost the channel: what waits for it can't be sent, nor be seen any more. */
  lost(channel: ChannelID): void {
    const all = this.#queue.list(channel);
    for (const { id } of all) {
      this.#queue.remove(id);
      void this.#w.store.deleteWaiting("outbox", id);
    }
    if (all.some((e) => !e.sent)) this.#w.operations.tell("channel_lost");
  }

  /** The keys of what waits for this timeline, in the order in which it was sent. */
  pendingIn(channel: ChannelID, thread: Ts | undefined): MessageKey[] {
    return this.#queue
      .list(channel)
      .filter((e) => standsIn(e.draft, thread))
      .map((e) => e.id);
  }

  pendingMessage(key: MessageKey): Message | undefined {
    const e = this.#queue.get(key);
    if (!e) return undefined;
    const { text, blocks, thread_ts, files, attachments, reply_broadcast } = e.draft;
    return {
      ts: `${Math.floor(e.created / 1000)}.${String((e.created % 1000) * 1000).padStart(6, "0")}`,
      client_msg_id: e.id,
      user: this.#w.self.peek().id,
      text,
      blocks,
      thread_ts,
      files,
      attachments,
      subtype: reply_broadcast ? "thread_broadcast" : undefined,
      local: e.local,
    };
  }

  /** The server has these messages: those of ours among them are pending no more. */
  arrived(messages: readonly Message[]): void {
    const self = this.#w.self.peek().id;
    for (const m of messages) {
      const id = m.client_msg_id;
      if (id && m.user === self && this.#queue.remove(id)) void this.#w.store.deleteWaiting("outbox", id);
    }
  }

  /** Reads what other tabs, or a former visit, have put on disk. */
  async reload(): Promise<void> {
    const before = this.#queue.list().filter((e) => e.kept);
    const records = await this.#w.store.waiting("outbox");
    if (records) {
      batch(() => {
        for (const r of records) this.#read(r);
        const kept = new Set(records.map((r) => r.id));
        for (const e of before) if (!kept.has(e.id)) this.#left(e);
      });
      for (const channel of new Set(this.#queue.list().map((e) => e.channel))) this.#w.channels.seek(channel);
    }
    this.#queue.pumpAll();
  }

  wake(): void {
    for (const e of this.#queue.list()) if (e.sent) this.#expect(e);
    this.#queue.wake();
  }

  close(): void {
    this.#closed = true;
    this.#queue.close();
    for (const e of this.#queue.list()) {
      e.unexpect?.();
      e.forget?.();
    }
  }

  async write(e: Entry): Promise<boolean> {
    const { store } = this.#w;
    if (await store.putWaiting("outbox", record(e))) return true;
    if (!e.draft.pictures) return false;
    // Where there is no room for its pictures, there may be for the message.
    return store.putWaiting("outbox", record({ ...e, draft: { ...e.draft, pictures: undefined } }));
  }

  changed(e: Entry): void {
    this.#w.timelines.refresh(e.channel, e.id);
    if (this.#queue.get(e.id)) return;
    e.unexpect?.();
    if (e.forget) this.#w.platform.clock.after(afterglowMs, e.forget);
  }

  /** What is old, and has not come back as an event either, is for the person to send again. */
  before(channel: ChannelID): void {
    if (!this.#w.feed?.caughtUp) return;
    for (const e of this.#queue.list(channel)) {
      if (e.local.state === "failed" || e.sent || !this.#isOld(e)) continue;
      this.#change(e, { state: "failed", error: "not_sent_in_time" });
      void this.#queue.keep(e);
    }
  }

  isReady(e: Entry): boolean {
    return e.local.state !== "failed" && !e.sent && !this.#isOld(e);
  }

  async deliver(e: Entry): Promise<void> {
    if (e.local.state !== "sending") this.#change(e, { state: "sending" });
    const message = await this.#post(e);
    const { store, timelines } = this.#w;
    if (message) {
      batch(() => {
        this.#queue.remove(e.id);
        timelines.apply({ channel: e.channel, changes: [{ kind: "add", message }] });
        this.#w.unread.sent(e.channel, message);
      });
    } else {
      this.#expect(e);
    }
    await store.deleteWaiting("outbox", e.id);
    this.#w.feed?.outboxChanged();
  }

  postponed({ channel }: Entry): void {
    for (const e of this.#queue.list(channel)) {
      if (e.local.state === "sending" && !e.sent) this.#change(e, { state: "queued" });
    }
  }

  async refused(e: Entry, error: string): Promise<void> {
    if (this.#w.channels.missing(e.channel).peek()) return this.lost(e.channel);
    this.#change(e, { state: "failed", error });
    return this.#queue.keep(e);
  }

  #read(r: OutboxRecord): void {
    if (this.#queue.isDone(r.id)) {
      // Its message came before the disk was read.
      void this.#w.store.deleteWaiting("outbox", r.id);
      return;
    }
    const known = this.#queue.get(r.id);
    const failed: LocalState = { state: "failed", error: r.error };
    if (!known) {
      const local: LocalState = r.state === "failed" ? failed : { state: "sending" };
      const shown = this.#shown(r.draft as Draft);
      this.#queue.put({ id: r.id, channel: r.channel, created: r.created, ...shown, local, kept: true });
      return;
    }
    known.kept = true;
    known.created = r.created;
    if (r.state === "failed" && known.local.state !== "failed") this.#change(known, failed);
    else if (r.state === "waiting" && known.local.state === "failed") this.#change(known, { state: "sending" });
  }

  /** Another tab has taken it off the disk: it has sent it, or thrown away what had failed. */
  #left(e: Entry): void {
    if (e.local.state === "failed") this.#queue.remove(e.id);
    else if (!e.sent) this.#expect(e);
  }

  /** The server has it. It is shown until its event comes, which needs a connection: the next one waits anew. */
  #expect(e: Entry): void {
    e.sent = true;
    e.unexpect?.();
    if (this.#closed || !this.#queue.get(e.id)) return;
    e.unexpect = this.#w.platform.clock.after(eventMs, () => {
      if (this.#w.connection.peek().state === "live") this.#queue.remove(e.id);
    });
  }

  /** Whether all that waits may be kept with a message's pictures. */
  #hasRoom(draft: Draft): boolean {
    return (
      [draft, ...this.#queue.list().map((e) => e.draft)].reduce((sum, d) => sum + bytesOf(d), 0) <= maxPictureBytes
    );
  }

  /** Gives its pictures addresses of its own: those that it has are the composer's, or another page's. */
  #shown(draft: Draft): Pick<Entry, "draft" | "forget"> {
    const { files, pictures } = draft;
    if (!files || !pictures) return { draft };
    const undos: Undo[] = [];
    const own = files.map((file) => {
      const picture = pictures.get(file.id);
      if (!picture) return file;
      const { url, forget } = this.#w.platform.show(picture);
      undos.push(forget);
      return { ...file, url_private: url };
    });
    const forget = () => {
      for (const undo of undos) undo();
    };
    return { draft: { ...draft, files: own }, forget };
  }

  #change(e: Entry, local: LocalState): void {
    e.local = local;
    this.changed(e);
  }

  #isOld(e: Entry): boolean {
    return this.#w.platform.clock.now() - e.created > maxAgeMs;
  }

  async #post(e: Entry): Promise<Message | undefined> {
    const { text, blocks, thread_ts, reply_broadcast, files, attachments } = e.draft;
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
    const passedOn = attachments && { attachments, unfurl_links: false };
    const args = { channel: e.channel, text, blocks, ...passedOn, ...where };
    return (await this.#w.api.call<{ message: Message }>("chat.postMessage", args)).message;
  }
}

/** As it is kept: without the addresses of its files, which end with the page. */
function record(e: Entry): OutboxRecord {
  const { files, ...draft } = e.draft;
  return {
    id: e.id,
    channel: e.channel,
    created: e.created,
    state: e.local.state === "failed" ? "failed" : "waiting",
    error: e.local.error,
    draft: files ? { ...draft, files: files.map(({ url_private, ...file }) => file) } : draft,
  };
}

function bytesOf({ pictures }: Draft): number {
  return [...(pictures?.values() ?? [])].reduce((sum, picture) => sum + picture.size, 0);
}

function standsIn(d: Draft, thread: Ts | undefined): boolean {
  return thread === undefined ? !d.thread_ts || d.reply_broadcast === true : d.thread_ts === thread;
}
