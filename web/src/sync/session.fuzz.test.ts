/**
 * Readers that come, go, crash and resume; channels that are joined and left, told
 * late; logs that are trimmed and restored: in the end the reader has had exactly
 * what is theirs, each once, in order. Seeds make each run the same again.
 */

import { describe, expect, test } from "vitest";
import { Gateway } from "../testing/gateway";
import { Random } from "../testing/random";
import { World } from "../testing/world";
import { decodeFrame } from "../wire/frames";
import type { Batch } from "./batch";
import { Session } from "./session";
import type { TailState } from "./tail";

const self = "UANN";
const channels = ["CTOWN", "CHALL", "CYARD"];

/** A client: what it keeps survives a crash, its session does not. */
class Reader {
  readonly world: World;
  readonly random: Random;
  /** On disk. */
  readonly tails = new Map<string, TailState>();
  /** What was emitted, by log and stream. */
  readonly seen = new Map<string, number[]>();
  /** Up to where the reader fetched instead of reading: from, to. */
  readonly fetched = new Map<string, [number, number][]>();
  session: Session;
  gateway: Gateway | undefined;
  /** Frames on the wire. */
  wire: string[] = [];
  requests: string[] = [];
  #bootDue = false;

  constructor(world: World, random: Random) {
    this.world = world;
    this.random = random;
    this.session = this.#fresh();
  }

  connect(): void {
    this.disconnect();
    this.gateway = new Gateway(this.world, (text) => this.wire.push(text));
  }

  disconnect(): void {
    this.gateway = undefined;
    this.wire = [];
    this.requests = [];
  }

  /** The tab dies: what was not written is forgotten, and nobody heard of it. */
  crash(): void {
    this.disconnect();
    this.session = this.#fresh();
  }

  /** One frame, in one direction; or the next event of some stream. */
  step(): boolean {
    const g = this.gateway;
    if (!g) return false;
    const pending = g.pending();
    const choices: (() => void)[] = [];
    if (this.wire.length > 0) choices.push(() => this.#receive());
    if (this.requests.length > 0) choices.push(() => g.resume(JSON.parse(this.requests.shift() ?? "{}")));
    if (pending.length > 0) choices.push(() => g.step(this.random.pick(pending)));
    if (choices.length === 0) return false;
    this.random.pick(choices)();
    return true;
  }

  /** Writes what has come, then emits it. */
  write(): void {
    const batch = this.session.take();
    if (!batch) return;
    for (const s of batch.steps) this.#emit(s);
    for (const t of batch.tails) this.tails.set(t.stream, t);
  }

  #fresh(): Session {
    return new Session(self, [...this.tails.values()], (f) => {
      this.requests.push(JSON.stringify(f));
    });
  }

  #receive(): void {
    const text = this.wire.shift() ?? "";
    const f = decodeFrame(text);
    if (!f) throw new Error("a frame that cannot be read");
    this.session.frame(f);
    // What client.userBoot says, asked for when the user's own stream has been resumed.
    if (f.kind === "hello" || (f.kind === "discontinuity" && f.stream === self)) this.#bootDue = true;
    if (f.kind === "reply" && this.#bootDue) {
      this.#bootDue = false;
      this.session.follow(this.world.channels());
    }
  }

  #key(stream: string): string {
    return `${this.world.incarnation} ${stream}`;
  }

  #emit(s: Batch["steps"][number]): void {
    if (s.kind === "event" && s.stream && s.seq) {
      const key = this.#key(s.stream);
      this.seen.set(key, [...(this.seen.get(key) ?? []), s.seq]);
    }
    if (s.kind === "lost") {
      const key = this.#key(s.stream);
      this.fetched.set(key, [...(this.fetched.get(key) ?? []), [0, s.head]]);
    }
  }

  check(): string[] {
    const faults: string[] = [];
    for (const s of [self, ...channels]) {
      const seen = this.seen.get(this.#key(s)) ?? [];
      const fetched = this.fetched.get(this.#key(s)) ?? [];
      for (let i = 1; i < seen.length; i++) {
        if ((seen[i] ?? 0) <= (seen[i - 1] ?? 0)) faults.push(`${s}: ${seen[i]} after ${seen[i - 1]}`);
      }
      const got = new Set(seen);
      for (let seq = 1; seq <= this.world.head(s); seq++) {
        const may = this.world.may(s, seq);
        if (got.has(seq) && !may) faults.push(`${s}: got ${seq}, which is not theirs`);
        // Of what is not theirs any more nothing is kept: some of it may not have come.
        const owed = may && (s === self || this.world.isMember(s));
        if (!got.has(seq) && owed && !fetched.some(([from, to]) => seq > from && seq <= to))
          faults.push(`${s}: lacks ${seq}`);
      }
    }
    for (const c of channels) {
      if (this.session.knows(c) !== this.world.isMember(c)) {
        faults.push(`${c}: known ${this.session.knows(c)}, member ${this.world.isMember(c)}`);
      }
    }
    return faults;
  }
}

function act(r: Reader, random: Random, restores: boolean): void {
  const w = r.world;
  const c = random.pick(channels);
  const k = random.below(100);
  if (k < 30) w.append(c, { type: "message", channel: c, text: String(k) });
  else if (k < 36) w.join(c, random.chance(0.5));
  else if (k < 41) w.leave(c, random.chance(0.5));
  else if (k < 45) w.tell();
  else if (k < 50) (r.gateway ? () => r.disconnect() : () => r.connect())();
  else if (k < 52) r.crash();
  else if (k < 53 && restores) {
    r.disconnect(); // a restore stops the server
    r.write(); // so that what is seen is counted to the log that it is of
    w.restore((s) => random.below(w.head(s) + 1));
  } else if (k < 54) w.trim(c, random.below(w.head(c) + 1));
  else if (k < 55 && r.gateway && r.session.caughtUp) r.session.resumeAll();
  else if (k < 65) r.write();
  else for (let n = random.below(12); n > 0; n--) r.step();
}

function run(seed: number, restores: boolean): string[] {
  const random = new Random(seed);
  const w = new World(self);
  for (const c of channels) if (random.chance(0.5)) w.join(c);
  const r = new Reader(w, random);
  for (let n = 0; n < 400; n++) act(r, random, restores);
  w.tell();
  if (!r.gateway) r.connect();
  while (r.step());
  r.write();
  return r.check();
}

/** SEEDS=5000 for a long run. */
const seeds = Number(process.env.SEEDS ?? 120);

describe("a reader under faults has what is theirs", () => {
  test("on one log", { timeout: 600_000 }, () => {
    for (let seed = Number(process.env.SEED ?? 0); seed < seeds; seed++)
      expect(run(seed, false), `seed ${seed}`).toEqual([]);
  });

  test("on logs that are restored", { timeout: 600_000 }, () => {
    for (let seed = Number(process.env.SEED ?? 0); seed < seeds; seed++)
      expect(run(seed, true), `seed ${seed}`).toEqual([]);
  });
});
