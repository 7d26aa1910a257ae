/**
 * The stream of batches that one tab sees. In the tab that leads they come from the
 * socket, by way of the database; in the others from the leader. Both are alike to
 * whoever listens: a batch is on disk before anybody hears of it.
 */

import type { Api } from "../net/api";
import type { Connection, StopReason } from "../net/connection";
import { Reconnector } from "../net/reconnect";
import type { Platform, Undo } from "../platform/platform";
import type { ClientFrame, ServerFrame } from "../wire/frames";
import { MaxPresence } from "../wire/generated";
import type { Batch, Boot, Counts, Step } from "./batch";
import { channelsOf } from "./boot";
import { Booter } from "./feed_boot";
import { Probe, silentMs } from "./feed_probe";
import { Watched } from "./feed_watch";
import { Session } from "./session";
import { type TabMessage, Tabs, type Verdict } from "./tabs";
import type { TailState } from "./tail";

/** Who keeps batches: the store. */
export interface Keeper {
  readonly durable: boolean;
  /** Resolves once the batch is kept, to its number. */
  commit(batch: Batch): Promise<number>;
}

export interface FeedHandlers {
  onBatch(batch: Batch): void;
  /** counted: what was told before holds the counts of this connection. */
  onConnection(c: Connection, counted: boolean): void;
  /** Batches were missed: read the database, then call goOn with what was found there. */
  onBehind(): void;
  /** The outbox on disk has changed, or this tab is the one to send it now, or has caught up. */
  onOutbox(verdict?: Verdict): void;
  /** What the caller is called: needed once, where nothing is kept. */
  onBootFailed(code: string): void;
}

export interface FeedStart {
  self: string;
  rev: number;
  tails: readonly TailState[];
}

export class Feed {
  readonly #platform: Platform;
  readonly #api: Api;
  readonly #keeper: Keeper;
  readonly #handlers: FeedHandlers;
  readonly #tabs: Tabs;
  readonly #tails = new Map<string, TailState>();
  #self = "";
  #rev = 0;
  /** undefined until start. */
  #early: TabMessage[] | undefined = [];
  #mayLead = false;
  #connection: Connection = { state: "connecting" };
  #closed = false;

  // Of the tab that leads.
  #reconnector: Reconnector | undefined;
  #session: Session | undefined;
  #extra: Step[] = [];
  #writing = false;
  /** What the socket's resume brought has been told. */
  #caughtUp = false;
  #bootDue = false;
  /** A boot has been told since the socket's hello. */
  #counted = false;
  readonly #booter: Booter;

  // Of a tab that follows.
  readonly #undo: Undo;
  readonly #probe: Probe;

  readonly #watched: Watched;

  constructor(platform: Platform, api: Api, keeper: Keeper, name: string, handlers: FeedHandlers) {
    this.#platform = platform;
    this.#api = api;
    this.#keeper = keeper;
    this.#handlers = handlers;
    this.#booter = new Booter(api, {
      onBoot: (answer) => this.#booted(answer),
      onFailed: (code) => {
        this.#handlers.onBootFailed(code);
        this.#reconnector?.renew();
      },
    });
    this.#tabs = new Tabs(platform, name, keeper.durable, {
      onLead: () => {
        this.#mayLead = true;
        if (!this.#early) this.#lead();
      },
      onDeposed: () => this.#deposed(),
      onMessage: (m) => {
        this.#probe.heard();
        if (this.#early) this.#early.push(m);
        else this.#message(m);
      },
    });
    this.#probe = new Probe(platform, {
      isDue: () => !this.#session && !this.#closed && this.#tabs.shared,
      ask: () => {
        this.#tabs.post({ kind: "hello" });
        this.#announce();
      },
      onSilent: () => this.#tabs.takeOver(),
    });
    this.#watched = new Watched(platform.clock, this.#tabs.id, silentMs);
    const undo = [
      platform.onVisible((visible) => visible && this.#probe.ask()),
      platform.onLeave(() => this.#watchNobody()),
    ];
    this.#undo = () => undo.forEach((f) => void f());
  }

  /** Whether this tab has the socket, and so sends the outbox. */
  get leading(): boolean {
    return this.#session !== undefined;
  }

  /** Whether this tab leads, and all that happened before its socket opened has been told. */
  get caughtUp(): boolean {
    return this.#session !== undefined && this.#caughtUp;
  }

  get connection(): Connection {
    return this.#connection;
  }

  /** Begins from what was read from the database: all that came since follows. */
  start(from: FeedStart): void {
    this.#self = from.self;
    this.goOn(from);
  }

  /** Goes on after what was read from the database. */
  goOn(from: FeedStart): void {
    this.#rev = from.rev;
    this.#tails.clear();
    for (const t of from.tails) this.#tails.set(t.stream, t);
    const early = this.#early ?? [];
    this.#early = undefined;
    for (const m of early) {
      // What is still missing now is not on disk: it won't be had by asking again.
      if (m.kind === "batch" && m.rev !== undefined && m.rev > this.#rev + 1) this.#rev = m.rev - 1;
      this.#message(m);
    }
    if (this.#mayLead) this.#lead();
    this.#probe.ask(); // what was missed may have been the counts
  }

  /** Up to where this tab has applied a stream; undefined where it isn't followed. */
  seqOf(stream: string): number | undefined {
    const t = this.#tails.get(stream);
    return t && !t.gone ? t.seq : undefined;
  }

  /** Sends a frame, if there is a connection. */
  send(frame: ClientFrame): void {
    if (this.#reconnector) this.#reconnector.send(frame);
    else this.#tabs.post({ kind: "frame", frame });
  }

  /** Asks for the presence of these users, in place of those named before. */
  watch(ids: readonly string[]): void {
    this.#watched.own = ids;
    if (this.#reconnector) this.#subscribe();
    else this.#announce();
  }

  /** Tries to connect now. */
  hurry(): void {
    if (this.#reconnector) this.#reconnector.restart();
    else this.#tabs.post({ kind: "hurry" });
  }

  /** Tells the other tabs that the outbox on disk has changed. */
  outboxChanged(verdict?: Verdict): void {
    this.#tabs.post({ kind: "outbox", verdict });
    this.#probe.ask();
  }

  stop(why: StopReason): void {
    this.#reconnector?.stop(why);
  }

  close(): void {
    this.#closed = true;
    this.#undo();
    this.#probe.stop();
    this.#booter.stop();
    this.#watchNobody();
    this.#reconnector?.stop("closed");
    this.#tabs.close();
  }

  #lead(): void {
    if (this.#session || this.#closed) return;
    this.#session = new Session(this.#self, [...this.#tails.values()], (f) => this.#reconnector?.send(f));
    this.#reconnector = new Reconnector(this.#platform, this.#api, {
      onFrame: (f) => this.#frame(f),
      onState: (c) => {
        if (!this.#session) return;
        this.#counted = false; // a new state: its boot is still to come
        this.#setConnection(c, false);
      },
    });
    this.#tabs.post({ kind: "leading" });
    this.#reconnector.start();
    this.#handlers.onOutbox();
  }

  /** Another tab leads now, because this one did not answer: it follows. */
  #deposed(): void {
    this.#mayLead = false;
    const was = this.#reconnector;
    this.#reconnector = undefined;
    this.#session = undefined;
    this.#booter.stop();
    this.#caughtUp = false;
    this.#extra = [];
    was?.stop("closed");
    this.#probe.ask();
  }

  #setConnection(c: Connection, counted: boolean): void {
    if (this.#closed) return;
    this.#connection = c;
    this.#handlers.onConnection(c, counted);
    if (this.#session) this.#tabs.post({ kind: "connection", connection: c, counted });
  }

  #frame(f: ServerFrame): void {
    const s = this.#session;
    if (!s || this.#closed) return;
    s.frame(f);
    if (f.kind === "hello") this.#hello();
    // The user's own stream is resumed: what is asked for now is no older than it.
    if (f.kind === "reply" && this.#bootDue) {
      this.#bootDue = false;
      void this.#booter.boot();
    }
    if (f.kind === "discontinuity" && f.stream === this.#self) this.#bootDue = true;
    if (f.kind === "discontinuity" && f.reply_to === undefined) void this.#booter.boot(); // the counts are off
    if (f.kind === "event" && directory.test(f.event.type)) this.#booter.changed();
    // A guest who leaves a channel is told of nobody until they ask again.
    if (f.kind === "event" && (f.event.type === "channel_left" || f.event.type === "group_left")) this.#subscribe();
    if (s.refused) this.#reconnector?.renew();
    void this.#write();
  }

  #hello(): void {
    this.#extra.push({ kind: "refresh" });
    this.#subscribe();
    this.#booter.stop();
    this.#caughtUp = false;
    this.#bootDue = true;
  }

  /** Follows the conversations that are new. */
  #booted(answer: { boot: Boot; counts: Counts }): void {
    this.#extra.push({ kind: "boot", ...answer });
    this.#session?.follow(channelsOf(answer.boot).map((c) => c.id));
    void this.#write();
  }

  /** Keeps and tells what has come, in order; what comes meanwhile is the next batch. */
  async #write(): Promise<void> {
    if (this.#writing) return;
    this.#writing = true;
    try {
      for (;;) {
        const session = this.#session;
        const batch = this.#take();
        if (this.#closed) return;
        if (!batch) return this.#tellCaughtUp();
        if (isPassing(batch)) {
          this.#emit(batch);
          this.#tabs.post({ kind: "batch", batch });
          continue;
        }
        const rev = await this.#keeper.commit(batch);
        if (this.#closed) return;
        // The others go on from the disk: one of them leads, and this tab is by itself.
        if (this.#tabs.shared && !this.#keeper.durable) this.#tabs.leave();
        if (session !== this.#session) {
          this.#replaced();
          continue;
        }
        this.#rev = rev;
        if (batch.steps.some((s) => s.kind === "boot")) this.#counted = true;
        this.#emit(batch);
        this.#tabs.post({ kind: "batch", rev, batch });
      }
    } finally {
      this.#writing = false;
    }
  }

  /** Another tab has led meanwhile, and given numbers that this one has not heard of. */
  #replaced(): void {
    if (!this.#tabs.shared) return this.#lead();
    if (this.#early) return;
    this.#early = [];
    this.#handlers.onBehind();
  }

  #tellCaughtUp(): void {
    if (this.#caughtUp || !this.#session?.caughtUp) return;
    this.#caughtUp = true;
    this.#handlers.onOutbox();
  }

  #take(): Batch | undefined {
    const batch = this.#session?.take();
    const extra = this.#extra.splice(0);
    if (!batch) return extra.length > 0 ? { steps: extra, tails: [] } : undefined;
    return extra.length > 0 ? { steps: [...batch.steps, ...extra], tails: batch.tails } : batch;
  }

  #emit(batch: Batch): void {
    for (const t of batch.tails) this.#tails.set(t.stream, t);
    this.#handlers.onBatch(batch);
  }

  #message(m: TabMessage): void {
    if (this.#closed) return;
    switch (m.kind) {
      case "batch":
        return this.#told(m);
      case "connection":
        if (!this.#session) this.#setConnection(m.connection, m.counted !== false);
        return;
      case "hello":
        if (this.#session)
          this.#tabs.post({ kind: "connection", connection: this.#connection, counted: this.#counted });
        return;
      case "leading":
        return this.#announce();
      case "frame":
        this.#reconnector?.send(m.frame);
        return;
      case "presence":
        return this.#watchedBy(m.tab, m.ids);
      case "hurry":
        this.#reconnector?.restart();
        return;
      case "outbox":
        this.#handlers.onOutbox(m.verdict);
        return;
      default:
        m satisfies never;
    }
  }

  /** Takes a batch from the leader, if it is the next one. */
  #told(m: Extract<TabMessage, { kind: "batch" }>): void {
    if (this.#session) return;
    if (m.rev === undefined) return this.#emit(m.batch);
    if (m.rev <= this.#rev) return;
    if (m.rev > this.#rev + 1) {
      this.#early = [m];
      return this.#handlers.onBehind();
    }
    this.#rev = m.rev;
    this.#emit(m.batch);
  }

  /** Says to the leader whom this tab watches: it forgets who doesn't say so. */
  #announce(): void {
    this.#tabs.post({ kind: "presence", tab: this.#tabs.id, ids: this.#watched.own });
  }

  #watchNobody(): void {
    this.#tabs.post({ kind: "presence", tab: this.#tabs.id, ids: [] });
  }

  #watchedBy(tab: string, ids: readonly string[]): void {
    if (!this.#reconnector || !this.#watched.hear(tab, ids)) return;
    this.#subscribe();
    // Those that were watched already are not told again by themselves.
    if (ids.length > 0) this.#reconnector.send({ type: "presence_query", ids: ids.slice(0, MaxPresence) });
  }

  #subscribe(): void {
    this.#reconnector?.send({ type: "presence_sub", ids: this.#watched.all() });
  }
}

/** Events that a boot shows the result of. */
const directory = /^(channel|group|im|mpim|user|team|pref|subteam)_(?!typing|marked|history)/;

/** Whether nothing in it is to be kept. */
function isPassing(b: Batch): boolean {
  return b.tails.length === 0 && b.steps.every((s) => s.kind === "event" && passing.has(s.event.type));
}

const passing = new Set<string>(["user_typing", "presence_change"]);
