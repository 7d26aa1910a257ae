/**
 * One signed-in workspace: the root of all its state. Everything below is made of
 * signals; a component reads one with useValue. A Workspace owns its connection,
 * timers and database, and close ends them all.
 *
 * It shows what the device keeps at once, then goes on from there: batches of steps
 * come from the feed, are applied to the state, and then told to who listens.
 */

import { batch, type ReadonlySignal, signal } from "@preact/signals-core";
import { Api, ApiError, isPassing } from "../net/api";
import type { Connection } from "../net/connection";
import type { Platform, Undo } from "../platform/platform";
import type { Ahead } from "../store/ahead";
import type { Snapshot } from "../store/snapshot";
import { Store } from "../store/store";
import type { Batch, Boot, Counts, Step } from "../sync/batch";
import { channelsOf, fetchBoot } from "../sync/boot";
import { Feed } from "../sync/feed";
import type { EventOf, EventType, WireEvent } from "../wire/events";
import type { Team, TeamID, User } from "../wire/objects";
import { applyEvent } from "./apply";
import { Channels } from "./channels";
import { EmojiList } from "./emoji_list";
import { Operations } from "./operations";
import { Outbox } from "./outbox";
import type { Part } from "./parts";
import { Prefs } from "./prefs";
import { Presence } from "./presence";
import type { Session } from "./session";
import { Threads } from "./threads";
import { Timelines } from "./timelines";
import { Typing } from "./typing";
import { Unread } from "./unread";
import { Usergroups } from "./usergroups";
import { Users } from "./users";

/** loading: nothing to show yet. ready: there is a state, of the server or of the last visit. failed: see error. */
export type BootStatus = "loading" | "ready" | "failed";

/** How a workspace begins that is looked at already. */
export interface Opening {
  /** The keys of the timelines that are shown first: they are read along with all else. */
  readonly timelines: readonly string[];
  /** Resolves when something is seen: until then nothing is asked of the server that the device has. */
  readonly painted: Promise<void>;
  /** What was read before the client was there. */
  readonly ahead?: Ahead;
  /** The device has been read: what it keeps is there to be drawn, or there is nothing. */
  readonly onRead?: () => void;
}

const retryMs = 3_000;

export class Workspace {
  readonly id: TeamID;
  readonly session: Session;
  readonly platform: Platform;
  readonly api: Api;

  readonly status: ReadonlySignal<BootStatus>;
  /** Why booting failed: an error's code. */
  readonly error: ReadonlySignal<string | undefined>;
  readonly connection: ReadonlySignal<Connection>;
  readonly team: ReadonlySignal<Team>;
  /** The person who is signed in. */
  readonly self: ReadonlySignal<User>;

  readonly prefs: Prefs;
  readonly users: Users;
  readonly channels: Channels;
  readonly outbox: Outbox;
  /** Changes of messages on their way. */
  readonly operations: Operations;
  readonly timelines: Timelines;
  readonly threads: Threads;
  readonly usergroups: Usergroups;
  readonly unread: Unread;
  readonly presence: Presence;
  readonly typing: Typing;
  readonly emoji: EmojiList;

  readonly #status = signal<BootStatus>("loading");
  readonly #error = signal<string | undefined>(undefined);
  readonly #connection = signal<Connection>({ state: "connecting" });
  readonly #team;
  readonly #self;
  readonly #listeners = new Map<string, Set<(e: WireEvent) => void>>();
  readonly #refreshers = new Set<() => void>();
  readonly #parts = new Map<unknown, object>();
  #store: Store | undefined;
  #feed: Feed | undefined;
  #retry: Undo | undefined;
  #closed = false;

  constructor(session: Session, platform: Platform) {
    this.id = session.team_id;
    this.session = session;
    this.platform = platform;
    this.api = new Api(platform, session.token);
    this.#team = signal<Team>({ id: session.team_id, name: session.team, domain: session.domain });
    this.#self = signal<User>({ id: "", name: session.user, profile: { real_name: "", display_name: "" } });
    this.team = this.#team;
    this.self = this.#self;
    this.status = this.#status;
    this.error = this.#error;
    this.connection = this.#connection;
    this.prefs = new Prefs(this);
    this.users = new Users(this);
    this.channels = new Channels(this);
    this.outbox = new Outbox(this);
    this.operations = new Operations(this);
    this.timelines = new Timelines(this);
    this.threads = new Threads(this);
    this.usergroups = new Usergroups(this);
    this.unread = new Unread(this);
    this.presence = new Presence(this);
    this.typing = new Typing(this);
    this.emoji = new EmojiList(this);
    this.channels.onLost((id) => {
      this.outbox.lost(id);
      this.operations.lost(id);
    });
    this.api.onEnded = (code) => this.#ended(code);
  }

  /** What this device keeps. Features may keep values under names with a prefix of theirs. */
  get store(): Store {
    this.#store ??= Store.none(this.platform);
    return this.#store;
  }

  /** undefined until the database is open. */
  get feed(): Feed | undefined {
    return this.#feed;
  }

  /** Up to where a channel's stream is applied here; undefined where it isn't followed. */
  seqOf(channel: string): number | undefined {
    return this.#feed?.seqOf(channel);
  }

  /** Begins: from what the device keeps, then from the server. */
  async start(opening?: Opening): Promise<void> {
    const release = opening && this.api.hold();
    void opening?.painted.then(release);
    this.#store = await Store.open(this.platform, this.id, this.session.user, opening?.ahead);
    if (this.#closed) return this.#store.close();
    const feed = new Feed(this.platform, this.api, this.#store, `taut.${this.id}.${this.session.user}`, {
      onBatch: (b) => this.#apply(b),
      onConnection: (c, counted) => this.#connected(c, counted),
      onBehind: () => void this.#readAgain(),
      onOutbox: (verdict) => {
        void this.outbox.reload();
        void this.operations.reload(verdict);
      },
      onBootFailed: (code) => {
        if (this.#status.peek() !== "ready") this.#error.value = code;
      },
    });
    this.#feed = feed;
    const kept = await this.#store.load(opening?.timelines);
    if (this.#closed) return;
    if (!this.#restore(kept)) {
      opening?.onRead?.();
      release?.(); // there is nothing to paint yet
      await this.#firstBoot();
    }
    if (this.#closed || this.#status.peek() === "failed") return;
    // Timelines ask the feed where it stands: it is there before anybody looks.
    feed.start({ self: this.#self.peek().id, rev: kept.rev, tails: kept.tails });
    this.#status.value = "ready";
    opening?.onRead?.();
    void this.outbox.reload();
    void this.operations.reload();
    await opening?.painted; // what is shown goes before order on the disk
    for (const key of opening?.timelines ?? []) void this.#store.looked(key);
    void this.#store.tidy();
    this.channels.refresh(); // for a tab that follows: the leader's connection was before it
  }

  /** Calls f for each event of the type, after it was persisted and applied to the state above. */
  on<K extends EventType>(type: K, f: (event: EventOf<K>) => void): Undo {
    const all = this.#listeners.get(type) ?? new Set();
    const listener = f as unknown as (e: WireEvent) => void;
    all.add(listener);
    this.#listeners.set(type, all);
    return () => all.delete(listener);
  }

  /**
   * Calls f whenever events may have been missed, so that what was fetched has to be
   * fetched again: features that keep lists of their own hang on it.
   */
  onRefresh(f: () => void): Undo {
    this.#refreshers.add(f);
    return () => this.#refreshers.delete(f);
  }

  /**
   * A feature's own state: made once for this workspace, when it is first asked for,
   * and closed with it, if it has a close. `const drafts = (w: Workspace) => w.part(createDrafts)`.
   */
  part<T extends object>(create: (w: Workspace) => T): T {
    let p = this.#parts.get(create) as T | undefined;
    if (p === undefined) {
      p = create(this);
      this.#parts.set(create, p);
    }
    return p;
  }

  /** Takes what an event says of the person who is signed in, or of the workspace itself. */
  putSelf(u: User): void {
    this.#self.value = { ...this.#self.peek(), ...u };
  }

  putTeam(keys: Partial<Team>): void {
    this.#team.value = { ...this.#team.peek(), ...keys };
  }

  /** Tries to connect now, instead of waiting on. */
  reconnect(): void {
    if (this.#status.peek() === "ready") this.#feed?.hurry();
    else this.#again();
  }

  /** Ends the connection, timers and database; what is kept on disk stays. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#retry?.();
    for (const p of this.#parts.values()) (p as Part).close?.();
    const { unread, presence, typing, users, channels, outbox, operations, threads } = this;
    for (const p of [unread, presence, typing, users, channels, outbox, operations, threads]) p.close();
    this.#feed?.close();
    this.#store?.close();
  }

  /** Close, and wipe what this device keeps of the workspace: after signing out. */
  async forget(): Promise<void> {
    const store = this.#store;
    this.close();
    await store?.destroy();
  }

  /** Shows the state of the last visit; false where there is none. */
  #restore(kept: Snapshot): boolean {
    const boot = kept.values.get("boot") as Omit<Boot, "channels" | "ims"> | undefined;
    if (!boot) return false;
    batch(() => {
      this.#bootSelf(boot);
      this.prefs.restore(kept.values.get("prefs"));
      this.channels.put(kept.channels);
      const counts = kept.values.get("counts") as Counts | undefined;
      if (counts) this.unread.put(counts);
      this.unread.restore(kept.values.get("unread"));
      this.emoji.restore(kept.values.get("emoji"));
      this.users.put(kept.users);
      this.timelines.restore(kept.timelines, kept.tails);
    });
    return true;
  }

  /** The first visit: there is something to show before there is a socket. */
  async #firstBoot(): Promise<void> {
    try {
      const { boot, counts } = await fetchBoot(this.api);
      if (this.#closed) return;
      batch(() => {
        this.#boot(boot, counts);
        this.#error.value = undefined;
      });
    } catch (e) {
      if (this.#closed) return;
      this.#error.value = e instanceof ApiError ? e.code : "internal_error";
      this.#status.value = "failed";
      if (isPassing(e)) this.#retry = this.platform.clock.after(retryMs, () => this.#again());
    }
  }

  #again(): void {
    this.#retry?.();
    if (this.#closed || this.#status.peek() === "ready") return;
    this.#feed?.close();
    this.#store?.close();
    this.#status.value = "loading";
    void this.start();
  }

  #boot(b: Boot, counts: Counts): void {
    this.#bootSelf(b);
    this.prefs.put(b.prefs); // which keeps them
    this.users.put([b.self]);
    this.channels.boot(channelsOf(b));
    this.unread.put(counts);
    this.unread.setCurrent(true);
  }

  #bootSelf(b: Omit<Boot, "channels" | "ims">): void {
    this.#self.value = b.self;
    this.#team.value = b.team;
    this.prefs.restore(b.prefs);
    this.usergroups.putOwn(b.subteams.self);
  }

  /** This tab has missed batches: it goes on from the database. */
  async #readAgain(): Promise<void> {
    const store = this.store;
    const kept = await store.load();
    if (this.#closed) return;
    batch(() => {
      this.#restore(kept);
      this.timelines.lostAll();
      this.#refresh();
    });
    for (const f of [...this.#refreshers]) apart(f);
    this.#feed?.goOn({ self: this.#self.peek().id, rev: kept.rev, tails: kept.tails });
  }

  #connected(c: Connection, counted: boolean): void {
    const was = this.#connection.peek().state;
    this.#connection.value = c;
    this.unread.setCurrent(c.state === "live" && counted);
    if (c.state === "live" && was !== "live") {
      this.outbox.wake();
      this.operations.wake();
      this.unread.wake();
      this.timelines.reconnected();
    }
    if (c.state === "stopped" && (c.why === "signed_out" || c.why === "inactive")) void this.#purge();
  }

  #ended(code: string): void {
    this.#feed?.stop(code === "account_inactive" ? "inactive" : "signed_out");
    if (!this.#feed?.leading) {
      this.#connection.value = { state: "stopped", why: code === "account_inactive" ? "inactive" : "signed_out" };
      void this.#purge();
    }
  }

  /** The session is over: nothing of the workspace stays on this device. */
  async #purge(): Promise<void> {
    await this.#store?.destroy().catch(() => {});
  }

  #apply(b: Batch): void {
    if (this.#closed) return;
    batch(() => {
      for (const s of b.steps) apart(() => this.#step(s));
    });
    for (const s of b.steps) this.#tell(s);
  }

  #step(s: Step): void {
    switch (s.kind) {
      case "event":
        return applyEvent(this, s.event);
      case "lost":
        return this.timelines.lost(s.stream);
      case "gone":
        this.timelines.gone(s.stream);
        this.unread.gone(s.stream);
        this.channels.left(s.stream);
        return;
      case "boot":
        return this.#boot(s.boot, s.counts);
      case "refresh":
        return this.#refresh();
      default:
        s satisfies never;
    }
  }

  #refresh(): void {
    this.channels.refresh();
    this.users.refresh();
    this.emoji.refresh();
    this.usergroups.refresh();
    this.threads.refresh();
    this.timelines.reconnected();
  }

  #tell(s: Step): void {
    if (s.kind === "refresh") for (const f of [...this.#refreshers]) apart(f);
    if (s.kind !== "event") return;
    for (const f of [...(this.#listeners.get(s.event.type) ?? [])]) apart(() => f(s.event));
  }
}

/** Whatever goes wrong in f is told as an error of its own, and stops nobody else. */
function apart(f: () => void): void {
  try {
    f();
  } catch (e) {
    queueMicrotask(() => {
      throw e;
    });
  }
}

/** A workspace that boots by itself: from what the device keeps, then from the server. */
export function createWorkspace(session: Session, platform: Platform, opening?: Opening): Workspace {
  const w = new Workspace(session, platform);
  void w.start(opening);
  return w;
}
