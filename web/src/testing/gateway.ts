/** One socket's other end: what the gateway says to a client of a World, by the specification. */

import { MaxResumeStream } from "../wire/generated";
import type { World } from "./world";

interface Resume {
  id: number;
  named: Set<string>;
  left: number;
}

interface Sub {
  /** Up to here the socket has had the stream. */
  pos: number;
  resume: Resume | undefined;
  /** The latest join that the gateway knows of. */
  joined: number;
  /** The person's own leave has gone by: nothing more, until it hears of a join. */
  halted: boolean;
}

export class Gateway {
  readonly #world: World;
  readonly #out: (text: string) => void;
  readonly #subs = new Map<string, Sub>();
  readonly #open: Resume[] = [];
  #aware = false;
  /** Events of the person's own stream up to here were known when the socket opened. */
  readonly #applied: number;

  constructor(world: World, out: (text: string) => void) {
    this.#world = world;
    this.#out = out;
    this.#say({ type: "hello", incarnation: world.incarnation, host: "gw", start: true });
    this.#applied = world.head(world.self);
    for (const s of [world.self, ...world.channels()]) this.#subs.set(s, this.#live(s, world.head(s)));
  }

  /** The streams of which something is to be sent. */
  pending(): string[] {
    return [...this.#subs].filter(([s, b]) => b.resume || (!b.halted && b.pos < this.#world.head(s))).map(([s]) => s);
  }

  /** Sends the next event of a stream, or the end of its resume. */
  step(stream: string): void {
    const b = this.#subs.get(stream);
    if (!b || (b.halted && !b.resume)) return;
    const w = this.#world;
    while (b.pos < w.head(stream)) {
      const seq = ++b.pos;
      if (!w.may(stream, seq)) continue;
      this.#event(stream, seq);
      return this.#followed(stream, b, seq);
    }
    if (b.resume) this.#reached(stream, b);
  }

  /** Sends all that there is, in order of streams. */
  flush(): void {
    for (let pending = this.pending(); pending.length > 0; pending = this.pending()) {
      for (const s of pending) this.step(s);
    }
  }

  /** Takes a resume frame; other frames are the business of whoever has the socket. */
  resume(f: { id: number; incarnation: string; cursor: Record<string, number> }): void {
    const w = this.#world;
    const r: Resume = { id: f.id, named: new Set(Object.keys(f.cursor)), left: 1 };
    this.#open.push(r);
    this.#aware = true;
    const current: string[] = [];
    const answers: (() => void)[] = [];
    for (const [s, after] of Object.entries(f.cursor)) {
      this.#begin(r, s, after, f.incarnation !== w.incarnation, current, answers);
    }
    this.#say({ type: "current", reply_to: r.id, streams: current });
    for (const a of answers) a();
    for (const _ of current) this.#answered(r);
    this.#answered(r);
  }

  #begin(r: Resume, s: string, after: number, lost: boolean, current: string[], answers: (() => void)[]): void {
    const w = this.#world;
    const head = w.head(s);
    r.left++;
    const old = this.#subs.get(s);
    if (old?.resume) this.#answered(old.resume); // replaced
    const isMine = s === w.self || w.isMember(s);
    const owed = countOwed(w, s, after);
    const discontinue = (reason: string) => {
      this.#subs.set(s, this.#live(s, head));
      answers.push(() => {
        this.#say({ type: "discontinuity", reply_to: r.id, stream: s, head, reason, fetch: [] });
        this.#answered(r);
      });
    };
    if (!isMine && (lost || after > head || owed === 0)) {
      this.#subs.delete(s);
      answers.push(() => {
        this.#say({ type: "gone", reply_to: r.id, stream: s });
        this.#answered(r);
      });
      return;
    }
    if (isMine) {
      if (lost) return discontinue("incarnation");
      if (after > head) return discontinue("ahead");
      if (after < w.trimmed(s)) return discontinue("trimmed");
      if (owed > MaxResumeStream) return discontinue("limit");
      if (after === head) {
        this.#subs.set(s, this.#live(s, head));
        current.push(s);
        return;
      }
    }
    this.#subs.set(s, { ...this.#live(s, after), resume: r });
  }

  #live(s: string, pos: number): Sub {
    return { pos, resume: undefined, joined: this.#world.joinedAt(s), halted: false };
  }

  /** What an event means for the streams that the socket gets. */
  #followed(stream: string, b: Sub, seq: number): void {
    const w = this.#world;
    const e = w.log(stream)[seq - 1];
    if (stream === w.self) {
      const channel = String(e?.stream_id);
      const isNew = seq > this.#applied;
      if (e?.type === "channel_left" && isNew) this.#parted(channel, Number(e.left_seq));
      if (e?.type !== "channel_joined") return;
      if (isNew) this.#joined(channel, Number(e.joined_seq));
      if (b.resume) this.#bring(b.resume, channel, Number(e.joined_seq));
      return;
    }
    if (e?.type === "member_left_channel" && e.user === w.self && !b.resume && b.joined <= seq) b.halted = true;
  }

  /** The person's own stream tells of a join for the first time. */
  #joined(channel: string, seq: number): void {
    const b = this.#subs.get(channel);
    if (!b) {
      this.#subs.set(channel, { pos: seq - 1, resume: undefined, joined: seq, halted: false });
    } else if (b.joined >= seq) {
      // The socket may have had of it before the client knew: it gets it again.
      if (b.joined !== seq || !this.#aware || b.resume) return;
      b.pos = Math.min(b.pos, seq - 1);
      b.halted = false;
    } else {
      b.joined = seq;
      if (b.halted) b.pos = Math.max(b.pos, seq - 1);
      b.halted = false;
    }
  }

  #parted(channel: string, seq: number): void {
    const b = this.#subs.get(channel);
    if (b && !b.resume && b.joined <= seq && b.pos >= seq) this.#subs.delete(channel);
  }

  /** A resume of the person's own stream passes a join: it brings the channel too. */
  #bring(r: Resume, channel: string, seq: number): void {
    if (this.#open.some((o) => o.named.has(channel)) || this.#subs.get(channel)?.resume === r) return;
    const current: string[] = [];
    const answers: (() => void)[] = [];
    this.#begin(r, channel, seq - 1, false, current, answers);
    for (const a of answers) a();
    for (const s of current) {
      this.#say({ type: "current", reply_to: r.id, streams: [s] });
      this.#answered(r);
    }
  }

  /** A resume has come to the head. */
  #reached(s: string, b: Sub): void {
    const r = b.resume;
    if (!r) return;
    b.resume = undefined;
    b.joined = this.#world.joinedAt(s);
    const isMine = s === this.#world.self || this.#world.isMember(s);
    if (isMine) this.#say({ type: "resumed", reply_to: r.id, stream: s, head: b.pos });
    else {
      this.#subs.delete(s);
      this.#say({ type: "gone", reply_to: r.id, stream: s });
    }
    this.#answered(r);
  }

  #answered(r: Resume): void {
    if (--r.left > 0) return;
    const at = this.#open.indexOf(r);
    if (at >= 0) this.#open.splice(at, 1);
    this.#say({ ok: true, reply_to: r.id });
  }

  #event(stream: string, seq: number): void {
    this.#say({ ...this.#world.log(stream)[seq - 1], stream, seq });
  }

  #say(frame: Record<string, unknown>): void {
    this.#out(JSON.stringify(frame));
  }
}

function countOwed(w: World, s: string, after: number): number {
  let n = 0;
  for (let seq = after + 1; seq <= w.head(s); seq++) if (w.may(s, seq)) n++;
  return n;
}
