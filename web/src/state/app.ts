import { computed, effect, type ReadonlySignal, signal, untracked } from "@preact/signals-core";
import type { Platform, Undo } from "../platform/platform";
import type { Ahead } from "../store/ahead";
import type { TeamID } from "../wire/objects";
import { Commands, type KeyPress } from "./commands";
import { lastTeamKey, sessionAt, timelinesAt } from "./landing";
import { endLater, endNow, sweep } from "./leftovers";
import { Overlays } from "./overlays";
import {
  type Address,
  type ClientRoute,
  formatRoute,
  type Main,
  parseRoute,
  type Route,
  routeOfPath,
  type Side,
} from "./route";
import { readSessions, type Session, writeSessions } from "./session_store";
import { Theme } from "./theme";
import { Toasts } from "./toasts";
import { createWorkspace, type Opening, type Workspace } from "./workspace";

/** The address bar and its history. */
export interface AddressBar {
  read(): Address;
  push(path: string): void;
  replace(path: string): void;
  back(): void;
  forward(): void;
  /** Calls f when the person went back or forth. */
  onChange(f: () => void): Undo;
}

/** What of the surroundings the application alone needs, beside the platform. */
export interface Surroundings {
  readonly platform: Platform;
  readonly address: AddressBar;
  /** What was read for the workspace that is shown first. */
  readonly ahead?: Ahead;
  readonly mac: boolean;
  readonly systemDark: ReadonlySignal<boolean>;
}

/** Where to go; what is left out stays, but that another main closes the side pane. */
export interface Target {
  readonly team?: TeamID;
  readonly main?: Main;
  /** null closes it. */
  readonly side?: Side | null;
}

const othersAfter = 3_000;
/** What is not painted by then is not waited for: a page that nobody looks at paints nothing. */
const paintMs = 1_000;
/** A device that is slow to read is not waited for. */
const readMs = 250;

/**
 * The whole client: who is signed in where, which workspace this tab shows and
 * where in it, and what lies over it. There is one, made by main.tsx; it owns the
 * workspaces and ends them.
 */
export class App {
  readonly platform: Platform;
  readonly mac: boolean;
  readonly theme: Theme;
  readonly toasts: Toasts;
  readonly overlays = new Overlays();
  readonly commands: Commands;
  readonly route: ReadonlySignal<Route>;
  readonly sessions: ReadonlySignal<readonly Session[]>;
  /** The workspace that is shown; none on the pages for signing in. */
  readonly workspace: ReadonlySignal<Workspace | undefined>;
  /** All that run here: the shown one at once, the others a moment after it. */
  readonly workspaces: ReadonlySignal<readonly Workspace[]>;

  readonly #address: AddressBar;
  readonly #route = signal<Route>({ page: "client", team: "", main: { type: "home" } });
  readonly #sessions = signal<readonly Session[]>([]);
  readonly #workspaces = signal<readonly Workspace[]>([]);
  readonly #undo: Undo[] = [];
  /** Resolves when there is something to draw, or nothing to wait for. */
  readonly opened: Promise<void>;
  /** Something to read is on the screen; see painted. */
  readonly #painted: Promise<void>;
  #paint: () => void = () => {};
  #read: () => void = () => {};
  #depth = 0;
  #ahead: Ahead | undefined;

  constructor({ platform, address, ahead, mac, systemDark }: Surroundings) {
    this.platform = platform;
    this.mac = mac;
    this.#address = address;
    this.#ahead = ahead;
    this.theme = new Theme(platform.local, systemDark);
    this.toasts = new Toasts((ms, f) => platform.clock.after(ms, f));
    this.commands = new Commands(mac);
    this.route = this.#route;
    this.sessions = this.#sessions;
    this.workspaces = this.#workspaces;
    this.workspace = computed(() => {
      const route = this.#route.value;
      return route.page === "client" ? this.#workspaces.value.find((w) => w.id === route.team) : undefined;
    });
    this.#sessions.value = readSessions(platform.local);
    this.#painted = new Promise((resolve) => {
      this.#paint = resolve;
    });
    this.opened = new Promise((resolve) => {
      this.#read = resolve;
    });
    this.#go(parseRoute(address.read()), "replace");
    if (!this.workspace.peek()) this.#read();
    this.#undo.push(
      address.onChange(() => this.#go(parseRoute(address.read()), "none")),
      effect(() => this.#startOthers()),
      effect(() => this.#watchEnds()),
      platform.onOnline((online) => online && void endNow(platform)),
      platform.clock.after(paintMs, this.#paint),
      platform.clock.after(readMs, this.#read),
      platform.clock.after(
        othersAfter,
        () =>
          void endNow(platform)
            .then(() => sweep(platform))
            .catch(() => undefined),
      ),
    );
  }

  close(): void {
    for (const undo of this.#undo) undo();
    for (const w of this.#workspaces.peek()) w.close();
  }

  /** What the page is about is painted: now the server may be asked for what is beside it, or newer. */
  painted(): void {
    this.#paint();
  }

  /** Resolves when it is, or was waited for long enough. */
  get seen(): Promise<void> {
    return this.#painted;
  }

  /** The route with the workspace's part, where one is shown. */
  get client(): ClientRoute | undefined {
    const route = this.#route.value;
    return route.page === "client" ? route : undefined;
  }

  navigate(to: Target, { replace = false }: { readonly replace?: boolean } = {}): void {
    this.#go(this.#resolve(to), replace ? "replace" : "push");
  }

  /** Goes to one of the pages for accounts. */
  leave(to: Exclude<Route, ClientRoute>): void {
    this.#go(to, "push");
  }

  /** The address of what navigate would go to, for links. */
  href(to: Target): string {
    return formatRoute(this.#resolve(to));
  }

  /** Follows a link of this client; false where it leads elsewhere. */
  follow(path: string): boolean {
    const route = routeOfPath(path);
    if (route) this.#go({ ...route, team: route.team || (this.client?.team ?? "") }, "push");
    return route !== undefined;
  }

  /** Back to where the person was before; to the workspace's home where that was outside. */
  back(): void {
    if (this.#depth > 0) this.#address.back();
    else this.navigate({ main: { type: "home" } }, { replace: true });
  }

  forward(): void {
    this.#address.forward();
  }

  #resolve({ team, main, side }: Target): ClientRoute {
    const now = untracked(() => this.client);
    const next = {
      page: "client" as const,
      team: team ?? now?.team ?? "",
      main: main ?? now?.main ?? { type: "home" as const },
    };
    const beside = side === undefined ? (main || team ? undefined : now?.side) : (side ?? undefined);
    return beside ? { ...next, side: beside } : next;
  }

  #go(wanted: Route, how: "push" | "replace" | "none"): void {
    const route = this.#admit(wanted);
    const path = formatRoute(route);
    const now = this.#address.read();
    const same = path === now.pathname + now.search;
    if (how === "push" && !same) {
      this.#depth++;
      this.#address.push(path);
    } else if (how === "replace" || route !== wanted) this.#address.replace(path);
    if (how === "none") this.#depth = Math.max(0, this.#depth - 1);
    this.#route.value = route;
  }

  /** Where a person may go: into workspaces that they are signed in to. */
  #admit(route: Route): Route {
    if (route.page !== "client") return route;
    const session = sessionAt(route, this.#sessions.peek(), this.platform.session);
    if (!session) {
      const path = formatRoute(route);
      return { page: "signin", ...(path !== "/" && { next: path }) };
    }
    this.platform.session.setItem(lastTeamKey, session.team_id);
    this.#start(session, route);
    return route.team === session.team_id ? route : { ...route, team: session.team_id };
  }

  #start(session: Session, route?: ClientRoute): void {
    const running = this.#workspaces.peek();
    if (running.some((w) => w.id === session.team_id)) return;
    const timelines = route ? timelinesAt(route, session, this.platform.local) : [];
    const opening: Opening = { timelines, painted: this.#painted, ahead: this.#ahead, onRead: this.#read };
    this.#ahead = undefined;
    const all = [...running, createWorkspace(session, this.platform, opening)];
    const place = (w: Workspace) => this.#sessions.peek().findIndex((s) => s.team_id === w.id);
    this.#workspaces.value = all.sort((a, b) => place(a) - place(b));
  }

  /** The other workspaces start once the shown one is there, so that they don't delay it. */
  #startOthers(): Undo | undefined {
    const sessions = this.#sessions.value;
    if (this.workspace.value?.status.value !== "ready") return undefined;
    return this.platform.clock.after(othersAfter, () => {
      for (const s of sessions) this.#start(s);
    });
  }

  /** A session that has ended elsewhere takes its workspace out of this device. */
  #watchEnds(): void {
    for (const w of this.#workspaces.value) {
      const now = w.connection.value;
      if (now.state === "stopped" && (now.why === "signed_out" || now.why === "inactive"))
        untracked(() => void this.#drop(w.session));
    }
  }

  /** A person has signed in: the workspace comes first, and is shown. Whoever was in it before is out of it. */
  enter(session: Session, next?: string): void {
    const before = this.#sessions.peek().find((s) => s.team_id === session.team_id);
    const stale = this.#workspaces.peek().find((w) => w.id === session.team_id);
    this.#keep([session, ...readSessions(this.platform.local).filter((s) => s.team_id !== session.team_id)]);
    this.#workspaces.value = this.#workspaces.peek().filter((w) => w !== stale);
    if (before && before.user !== session.user) void this.#wipe(stale);
    else stale?.close();
    const route = next ? routeOfPath(next) : undefined;
    const here = route && (route.team === session.team_id || route.team === "") ? route : undefined;
    this.#go(
      here ? { ...here, team: session.team_id } : { page: "client", team: session.team_id, main: { type: "home" } },
      "replace",
    );
  }

  /** Ends the session on the server, then here. */
  async signOut(team: TeamID): Promise<void> {
    const session = this.#sessions.peek().find((s) => s.team_id === team);
    if (!session) return;
    endLater(this.platform, session.token);
    await Promise.all([endNow(this.platform), this.#drop(session)]);
  }

  /**
   * Takes a session out of this device, with all that is kept of its person. One
   * that somebody else's has taken the place of takes nothing of theirs along.
   */
  async #drop(session: Session): Promise<void> {
    const team = session.team_id;
    const w = this.#workspaces.peek().find((one) => one.session.token === session.token);
    this.#keep(readSessions(this.platform.local).filter((s) => s.token !== session.token));
    this.#workspaces.value = this.#workspaces.peek().filter((one) => one !== w);
    const replaced = this.#sessions.peek().some((s) => s.team_id === team);
    if (this.client?.team === team) {
      this.overlays.closeAll();
      if (replaced) this.#go({ page: "client", team, main: { type: "home" } }, "replace");
      else if (this.#sessions.peek().length > 0)
        this.#go({ page: "client", team: "", main: { type: "home" } }, "replace");
      else this.#go({ page: "signin", workspace: session.domain }, "replace");
    }
    await this.#wipe(w);
  }

  async #wipe(w: Workspace | undefined): Promise<void> {
    await Promise.allSettled([w?.forget(), sweep(this.platform)]); // what can't be deleted now is, at the next start
  }

  #keep(sessions: readonly Session[]): void {
    this.#sessions.value = sessions;
    writeSessions(this.platform.local, sessions);
  }

  /** Another tab has signed in or out. */
  sessionsChanged(): void {
    const now = readSessions(this.platform.local);
    const gone = this.#sessions.peek().filter((s) => !now.some((n) => n.token === s.token));
    this.#sessions.value = now;
    for (const s of gone) void this.#drop(s);
  }

  /** A key was pressed anywhere; true where it did something. Under a dialog nothing does. */
  press(event: KeyPress, typing: boolean): boolean {
    return this.overlays.stack.peek().length === 0 && this.commands.press(event, typing);
  }
}
