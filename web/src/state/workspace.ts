/**
 * One signed-in workspace: the root of all its state. Everything below is made of
 * signals; a component reads one with useValue. A Workspace owns its connection,
 * timers and database, and close ends them all.
 */

import { type ReadonlySignal, signal } from "@preact/signals-core";
import { Api } from "../net/api";
import type { Connection } from "../net/connection";
import type { Platform, Undo } from "../platform/platform";
import type { EventOf, EventType } from "../wire/events";
import type { Team, TeamID, User } from "../wire/objects";
import { Channels } from "./channels";
import { EmojiList } from "./emoji_list";
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

export class Workspace {
  readonly id: TeamID;
  readonly session: Session;
  readonly platform: Platform;
  readonly api: Api;

  readonly status: ReadonlySignal<BootStatus> = signal<BootStatus>("loading");
  /** Why booting failed: an error's code. */
  readonly error: ReadonlySignal<string | undefined> = signal<string | undefined>(undefined);
  readonly connection: ReadonlySignal<Connection> = signal<Connection>({ state: "connecting" });
  readonly team: ReadonlySignal<Team>;
  /** The person who is signed in. */
  readonly self: ReadonlySignal<User>;

  readonly users: Users;
  readonly channels: Channels;
  readonly timelines: Timelines;
  readonly threads: Threads;
  readonly unread: Unread;
  readonly presence: Presence;
  readonly typing: Typing;
  readonly outbox: Outbox;
  readonly prefs: Prefs;
  readonly emoji: EmojiList;
  readonly usergroups: Usergroups;

  constructor(session: Session, platform: Platform) {
    this.id = session.team_id;
    this.session = session;
    this.platform = platform;
    this.api = new Api(platform, session.token);
    this.team = signal({ id: session.team_id, name: session.team, domain: session.domain });
    this.self = signal({ id: session.user, name: "", profile: { real_name: "", display_name: "" } });
    this.users = new Users(this);
    this.channels = new Channels(this);
    this.timelines = new Timelines(this);
    this.threads = new Threads(this);
    this.unread = new Unread(this);
    this.presence = new Presence(this);
    this.typing = new Typing(this);
    this.outbox = new Outbox(this);
    this.prefs = new Prefs(this);
    this.emoji = new EmojiList(this);
    this.usergroups = new Usergroups(this);
  }

  /** Calls f for each event of the type, after it was persisted and applied to the state above. */
  on<K extends EventType>(_type: K, _f: (event: EventOf<K>) => void): Undo {
    return () => {};
  }

  /**
   * Calls f whenever events may have been missed, so that what was fetched has to be
   * fetched again: features that keep lists of their own hang on it.
   */
  onRefresh(_f: () => void): Undo {
    return () => {};
  }

  /**
   * A feature's own state: made once for this workspace, when it is first asked for,
   * and closed with it. `const drafts = (w: Workspace) => w.part(createDrafts)`.
   */
  part<T extends Part>(create: (w: Workspace) => T): T {
    return create(this);
  }

  /** Ends the connection, timers and database; what is kept on disk stays. */
  close(): void {}

  /** Close, and wipe what this device keeps of the workspace: after signing out. */
  async forget(): Promise<void> {}
}

/** A workspace that boots by itself: from what the device keeps, then from the server. */
export function createWorkspace(session: Session, platform: Platform): Workspace {
  return new Workspace(session, platform);
}
