/**
 * The reader of a socket: it holds a Tail for each stream, resumes them when a
 * socket opens, and turns frames into the steps that follow from them, each event
 * once and in the order of its stream. Section Resume of Go's package wire is what
 * it does, word by word.
 *
 * It is pure: no I/O, no clock. One Session lives as long as its tab leads.
 */

import type { WireEvent } from "../wire/events";
import type { ClientFrame, ServerFrame } from "../wire/frames";
import { type Batch, isChannelStream, type Step } from "./batch";
import { AHEAD, Tail, type TailState } from "./tail";

/** How many streams one resume frame names: such a frame stays below 64 KB. */
const perFrame = 1000;

export class Session {
  /** The caller's id, and so the name of their own stream. */
  #self: string;
  readonly #send: (frame: ClientFrame) => void;
  readonly #tails = new Map<string, Tail>();
  #incarnation = "";
  #resumes = 0;
  /** Resume frames that are not acknowledged. */
  readonly #open = new Set<number>();
  /** Streams whose resume has passed a leave of the caller, and no join since. */
  readonly #away = new Set<string>();
  #refused = false;
  #steps: Step[] = [];
  readonly #changed = new Set<string>();

  constructor(self: string, tails: readonly TailState[], send: (frame: ClientFrame) => void) {
    this.#self = self;
    this.#send = send;
    for (const t of tails) this.#tails.set(t.stream, new Tail(t));
  }

  /** A resume was refused: its streams stand still until there is another socket. */
  get refused(): boolean {
    return this.#refused;
  }

  /** Whether all that was asked for has been answered. */
  get caughtUp(): boolean {
    return this.#incarnation !== "" && this.#open.size === 0;
  }

  /** The channels that are the caller's to read. */
  *channels(): Generator<string> {
    for (const t of this.#tails.values()) if (!t.gone && isChannelStream(t.stream)) yield t.stream;
  }

  knows(stream: string): boolean {
    const t = this.#tails.get(stream);
    return t !== undefined && !t.gone;
  }

  /**
   * Follows streams of which nothing is held, as client.userBoot named them. For each
   * a "lost" step says when it is followed; what is fetched after it is complete.
   */
  follow(streams: Iterable<string>): void {
    const fresh: Tail[] = [];
    for (const s of streams) {
      if (this.knows(s)) continue;
      let t = this.#tails.get(s);
      if (t) {
        t.reopen();
      } else {
        t = Tail.after(s, this.#incarnation, AHEAD);
        t.reconnect(this.#incarnation);
        this.#tails.set(s, t);
      }
      fresh.push(t);
    }
    if (this.#incarnation !== "" && fresh.length > 0) this.#resume(fresh);
  }

  /** Asks again for all that came after the cursors. */
  resumeAll(): void {
    this.#resume([...this.#tails.values()].filter((t) => !t.gone));
  }

  /** Takes a frame. take gives what followed from it, and from those before. */
  frame(f: ServerFrame): void {
    switch (f.kind) {
      case "hello":
        return this.#hello(f.incarnation);
      case "reply":
        return this.#reply(f.reply_to, f.ok);
      case "current":
        for (const t of this.#tails.values()) t.begun(f.reply_to);
        for (const s of f.streams) this.#tails.get(s)?.answered(f.reply_to);
        return;
      case "skip":
        return this.#skip(f.stream, f.seq);
      case "resumed":
        return this.#answer(f.stream, f.reply_to, (t) => {
          if (t.reach(f.head)) this.#changed.add(t.stream);
        });
      case "discontinuity":
        return this.#answer(f.stream, f.reply_to, (t) => {
          t.restart(f.head);
          this.#changed.add(t.stream);
          this.#steps.push({ kind: "lost", stream: t.stream, head: f.head });
        });
      case "gone":
        return this.#answer(f.stream, f.reply_to, (t) => this.#ended(t));
      case "event":
        return this.#event(f.event);
      case "pong":
      case "goodbye":
      case "error":
        return;
      default:
        f satisfies never;
    }
  }

  /** The steps since the last call, and the tails that they moved. */
  take(): Batch | undefined {
    if (this.#steps.length === 0 && this.#changed.size === 0) return undefined;
    const tails: TailState[] = [];
    for (const s of this.#changed) {
      const state = this.#tails.get(s)?.state();
      if (state) tails.push(state);
    }
    const batch = { steps: this.#steps, tails };
    this.#steps = [];
    this.#changed.clear();
    return batch;
  }

  #hello(incarnation: string): void {
    this.#incarnation = incarnation;
    this.#open.clear();
    this.#away.clear();
    this.#refused = false;
    for (const t of this.#tails.values()) t.reconnect(incarnation);
    if (!this.#tails.has(this.#self)) {
      const own = Tail.after(this.#self, incarnation, AHEAD);
      own.reconnect(incarnation);
      this.#tails.set(this.#self, own);
    }
    this.resumeAll();
  }

  /** Sends resume frames: those of one name the log that their cursors count in. */
  #resume(tails: readonly Tail[]): void {
    const own = tails.find((t) => t.stream === this.#self);
    const rest = tails.filter((t) => t !== own);
    const byLog = new Map<string, Tail[]>();
    // The user's own stream is in the first frame: it says what was joined meanwhile.
    for (const t of own ? [own, ...rest] : rest) {
      const log = t.placed ? t.incarnation : this.#incarnation;
      byLog.set(log, [...(byLog.get(log) ?? []), t]);
    }
    for (const [log, all] of byLog) {
      for (let i = 0; i < all.length; i += perFrame) this.#ask(log, all.slice(i, i + perFrame));
    }
    if (tails.length === 0) this.#ask(this.#incarnation, []);
  }

  #ask(incarnation: string, tails: readonly Tail[]): void {
    const id = ++this.#resumes;
    const cursor: Record<string, number> = {};
    for (const t of tails) {
      t.ask(id);
      cursor[t.stream] = t.seq;
    }
    this.#open.add(id);
    this.#send({ type: "resume", id, incarnation, cursor });
  }

  #reply(id: number, ok: boolean): void {
    if (this.#open.delete(id) && !ok) this.#refused = true;
    for (const t of this.#tails.values()) t.answered(id);
  }

  #skip(stream: string, seq: number): void {
    if (this.#tails.get(stream)?.take(seq)) this.#changed.add(stream);
  }

  #answer(stream: string, id: number | undefined, act: (t: Tail) => void): void {
    const t = this.#tails.get(stream);
    if (!t || t.replaced(id)) return;
    t.answered(id);
    if (!t.gone) act(t);
  }

  #event(event: WireEvent): void {
    const { stream, seq } = event;
    if (stream === undefined || seq === undefined) {
      this.#steps.push({ kind: "event", event });
      return;
    }
    const t = this.#tails.get(stream);
    if (!t?.take(seq)) return;
    this.#changed.add(stream);
    const isOwn = stream !== this.#self && "user" in event && event.user === this.#self;
    if (isOwn && event.type === "member_joined_channel" && this.#away.delete(stream)) this.#rejoined(t, seq - 1);
    this.#steps.push({ kind: "event", event, stream, seq });
    if (stream === this.#self) this.#membership(event);
    else if (isOwn && event.type === "member_left_channel") this.#left(t, seq);
  }

  #left(t: Tail, seq: number): void {
    t.leftAt(seq);
    // What a resume still brings is of a later stay; its answer says whether there is one.
    if (t.resumedBy) this.#away.add(t.stream);
    else this.#ended(t);
  }

  /** Follows what an event of the user's own stream says of their channels. */
  #membership(event: WireEvent): void {
    const { stream_id, joined_seq, left_seq } = event as { stream_id?: string; joined_seq?: number; left_seq?: number };
    if (stream_id === undefined) return;
    const t = this.#tails.get(stream_id);
    if (left_seq !== undefined) {
      const known = t ?? this.#goneBefore(stream_id);
      known.leftAt(left_seq);
      this.#changed.add(stream_id);
    }
    if (joined_seq === undefined) return;
    this.#changed.add(stream_id);
    const joined = t ?? Tail.after(stream_id, this.#incarnation, joined_seq - 1);
    if (!t) this.#tails.set(stream_id, joined);
    const isNews = !t || t.joined(joined_seq);
    const by = this.#tails.get(this.#self)?.resumedBy;
    const isNamed = this.#open.has(joined.namedIn);
    // The gateway brings it as if it had been named: unless it was, in a frame that is
    // open, or is brought already, and some of it was dropped as that of an earlier stay.
    const isLate = isNamed || (by !== undefined && joined.resumedBy === by);
    if (by && isNews && isLate) this.#resume([joined]);
    else if (by && !isNamed) joined.broughtBy(by);
    if (isNews) this.#rejoined(joined);
  }

  /** The history has what was said while the caller was away; the stream does not. */
  #rejoined(t: Tail, head = t.seq): void {
    this.#steps.push({ kind: "lost", stream: t.stream, head });
  }

  /** A channel that is left before anything was read of it: its leave is remembered. */
  #goneBefore(stream: string): Tail {
    const t = new Tail({ stream, seq: 0, incarnation: this.#incarnation, gone: true, left: 0, joins: [] });
    this.#tails.set(stream, t);
    return t;
  }

  #ended(t: Tail): void {
    this.#changed.add(t.stream);
    const wasBlind = t.blind;
    if (t.ended()) {
      if (wasBlind) this.#resume([t]); // whether the stay that goes on is over too was not told
      this.#rejoined(t);
    } else this.#steps.push({ kind: "gone", stream: t.stream });
  }
}
