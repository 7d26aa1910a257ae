import type { Session } from "../state/session";
import type { Timeline } from "../state/timeline";
import { createWorkspace, type Workspace } from "../state/workspace";
import { Device, settle, type TestPlatform, until } from "./platform";
import { Server } from "./server";

const session: Session = { token: "xoxc-1", team_id: "T1", team: "Team", domain: "team", user: "ann" };

/** A tab that shows a channel. */
export interface Visit {
  readonly w: Workspace;
  readonly t: Timeline;
  readonly platform: TestPlatform;
}

/** One browser's tabs of a workspace, with a channel called CTOWN. */
export class Visits {
  readonly device = new Device();
  readonly server = new Server(this.device.clock);
  readonly open = new Set<Visit>();
  #seeds = 0;

  constructor() {
    this.server.world.join("CTOWN");
  }

  async visit(hasLocks = true): Promise<Visit> {
    const platform = this.device.tab(this.server, ++this.#seeds);
    platform.hasLocks = hasLocks;
    const w = createWorkspace(session, platform);
    await until("ready", () => w.status.peek() === "ready", this.device.clock);
    const t = w.timelines.of("CTOWN");
    t.messages.subscribe(() => {});
    const v = { w, t, platform };
    this.open.add(v);
    await settle();
    return v;
  }

  /** A tab that has a connection, or hears of one. */
  async live(hasLocks = true): Promise<Visit> {
    const v = await this.visit(hasLocks);
    await until("live", () => v.w.connection.peek().state === "live" && v.w.seqOf("CTOWN") !== undefined, this.clock);
    await settle();
    return v;
  }

  async close(v: Visit): Promise<void> {
    v.w.close();
    this.open.delete(v);
    await settle();
  }

  async closeAll(): Promise<void> {
    for (const v of this.open) v.w.close();
    await settle();
  }

  /** No answer comes, and no event. */
  cut(): void {
    this.server.down = true;
    this.server.hangUp();
  }

  /** Requests are answered, but no event comes. */
  cutSockets(): void {
    this.server.noSockets = true;
    this.server.hangUp();
  }

  mend(): void {
    this.server.down = false;
    this.server.noSockets = false;
  }

  get clock() {
    return this.device.clock;
  }
}

/** What a timeline shows, as texts with their reactions. */
export function shown(t: Timeline): string[] {
  return t.messages.peek().map((k) => {
    const m = t.message(k).peek();
    const reactions = m?.reactions?.map((r) => `${r.name}${r.count}`).sort() ?? [];
    return [m?.text, ...reactions].join(" ");
  });
}
