/**
 * Tabs that come and go, sockets that end, messages that are posted, changed and
 * deleted, channels that are left and joined: in the end every tab shows what the
 * server has, and the disk holds nothing else.
 */

import { expect, test } from "vitest";
import { Device, settle, until } from "../testing/platform";
import { Random } from "../testing/random";
import { Server } from "../testing/server";
import type { Timeline } from "./timeline";
import { createWorkspace, type Workspace } from "./workspace";

const session = { token: "xoxc-1", team_id: "T1", team: "Team", domain: "team", user: "ann" };
const channels = ["CTOWN", "CHALL"];

class Run {
  readonly device = new Device();
  readonly server = new Server(this.device.clock);
  readonly random: Random;
  tabs: Workspace[] = [];

  constructor(seed: number) {
    this.random = new Random(seed);
    for (const c of channels) this.server.world.join(c);
  }

  async open(): Promise<void> {
    const w = createWorkspace(session, this.device.tab(this.server, this.random.below(1000)));
    await until("ready", () => w.status.peek() === "ready", this.device.clock);
    for (const c of channels) w.timelines.of(c).messages.subscribe(() => {});
    this.tabs.push(w);
  }

  async close(w: Workspace): Promise<void> {
    w.close();
    this.tabs = this.tabs.filter((x) => x !== w);
    await settle(5);
  }

  async act(n: number): Promise<void> {
    const { random, server } = this;
    const k = random.below(100);
    const c = random.pick(channels);
    const all = server.messages.get(c) ?? [];
    const ts = all.length > 0 ? random.pick(all).ts : "";
    if (k < 35) server.post(c, "UBOB", `s${n}`);
    else if (k < 45 && ts) server.edit(c, ts, `e${n}`);
    else if (k < 53 && ts) server.remove(c, ts);
    else if (k < 60) server.hangUp();
    else if (k < 64) server.world.leave(c, random.chance(0.5));
    else if (k < 69) server.world.join(c, random.chance(0.5));
    else if (k < 72) server.world.tell();
    else if (k < 76 && this.tabs.length < 3) await this.open();
    else if (k < 80 && this.tabs.length > 1) await this.close(random.pick(this.tabs));
    else if (k < 82) {
      server.hangUp();
      server.world.restore((s) => server.world.head(s)); // another log with the same events
    } else this.device.clock.advance(random.below(4_000));
    await settle(random.below(10));
  }

  async finish(): Promise<void> {
    this.server.world.tell();
    const isQuiet = () =>
      this.tabs.every((w) => w.connection.peek().state === "live" && channels.every((c) => this.settled(w, c)));
    for (let n = 0; n < 3; n++) {
      await until("quiet", isQuiet, this.device.clock);
      await settle(80);
    }
  }

  settled(w: Workspace, c: string): boolean {
    if (!this.server.world.isMember(c)) return w.seqOf(c) === undefined;
    return w.seqOf(c) !== undefined && w.timelines.of(c).loading.peek() === "";
  }

  check(seed: number): void {
    for (const [i, w] of this.tabs.entries()) {
      for (const c of channels) {
        if (!this.server.world.isMember(c)) continue;
        const t = w.timelines.of(c);
        const want = (this.server.messages.get(c) ?? []).map((m) => `${m.ts} ${m.text}`);
        expect(describeTimeline(t), `seed ${seed}, tab ${i}, ${c}`).toEqual(
          want.slice(-t.messages.peek().length || want.length),
        );
      }
    }
  }

  /** What a tab shows that comes when there is no server. */
  async checkDisk(seed: number): Promise<void> {
    for (const w of [...this.tabs]) await this.close(w);
    this.server.down = true;
    this.server.hangUp();
    await this.open();
    const w = this.tabs[0];
    if (!w) throw new Error("no tab");
    for (const c of channels) {
      await settle(30);
      const shown = describeTimeline(w.timelines.of(c));
      const want = new Set((this.server.messages.get(c) ?? []).map((m) => `${m.ts} ${m.text}`));
      const stray = shown.filter((m) => !want.has(m));
      expect(stray, `seed ${seed}, on disk of ${c}`).toEqual([]);
      if (!this.server.world.isMember(c)) expect(shown, `seed ${seed}, ${c} is not theirs`).toEqual([]);
    }
    await this.close(w);
  }
}

function describeTimeline(t: Timeline): string[] {
  return t.messages.peek().map((k) => `${k} ${t.message(k).peek()?.text}`);
}

test("all tabs, and the disk, have what the server has", { timeout: 300_000 }, async () => {
  const seeds = Number(process.env.SEEDS ?? 8);
  for (let seed = Number(process.env.SEED ?? 0); seed < seeds; seed++) {
    const run = new Run(seed);
    await run.open();
    for (let n = 0; n < 70; n++) await run.act(n);
    await run.finish();
    run.check(seed);
    await run.checkDisk(seed);
  }
});
