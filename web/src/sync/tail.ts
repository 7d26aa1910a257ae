/**
 * A reader's place in one stream: Go's stream.Tail, as far as a client needs it. The
 * gateway sends each stream in order and without a hole, save around a resume; so a
 * Tail has nothing to hold back or ask for, but must know what to drop.
 */

/** A Tail as it is kept on disk and told to other tabs. */
export interface TailState {
  stream: string;
  /** Up to here all was emitted, or is not for this reader. */
  seq: number;
  /** The log that seq counts in. */
  incarnation: string;
  /** The stream is not the caller's now; seq is where it was left. */
  gone: boolean;
  /** The highest leave of the caller that was seen. */
  left: number;
  /** Joins beyond that, which an event of the user's own stream told of. */
  joins: number[];
}

/**
 * A cursor that is beyond every head. A resume from there is answered by a
 * discontinuity that names the head: this is how a reader that holds nothing learns
 * where to begin.
 */
export const AHEAD = Number.MAX_SAFE_INTEGER;

export class Tail {
  readonly stream: string;
  seq: number;
  incarnation: string;
  gone: boolean;
  #left: number;
  #joins: number[];
  /** The resume that named the stream last; answers to earlier ones mean nothing. */
  #named = 0;
  /** That resume brings it without having named it. */
  #brought = false;
  /** That resume has not begun: what comes of the stream comes again. */
  #asked = false;
  /** That resume is not answered: a leave that it passes may not be the last. */
  #resuming = false;
  /** seq is of another log, or of none: only a discontinuity gives a place. */
  #void = false;
  /** Where the stream was left, of one that is asked for anew. */
  #aside = 0;
  /** The log that the socket speaks of. */
  #current: string;

  constructor(s: TailState) {
    this.stream = s.stream;
    this.seq = s.seq;
    this.incarnation = s.incarnation;
    this.gone = s.gone;
    this.#left = s.left;
    this.#joins = [...s.joins];
    this.#current = s.incarnation;
  }

  /** A Tail that has read up to seq. */
  static after(stream: string, incarnation: string, seq: number): Tail {
    return new Tail({ stream, seq, incarnation, gone: false, left: 0, joins: [] });
  }

  /** Whether an answer says nothing of what lies between: the cursor is of another log, or of none. */
  get blind(): boolean {
    return this.#void;
  }

  /** What there is to keep; undefined: nothing is known yet. */
  state(): TailState | undefined {
    if (!this.placed && this.#aside === 0 && this.#left === 0) return undefined;
    return {
      stream: this.stream,
      // One that is asked for anew is as gone as it was, until there is an answer.
      seq: this.placed ? this.seq : this.#aside,
      incarnation: this.incarnation,
      gone: this.gone || !this.placed,
      left: this.#left,
      joins: [...this.#joins],
    };
  }

  /** Whether a place in the stream is known. */
  get placed(): boolean {
    return this.seq !== AHEAD;
  }

  /** A new socket, of this incarnation: no resume is under way on it. */
  reconnect(incarnation: string): void {
    this.#named = 0;
    this.#asked = false;
    this.#resuming = false;
    this.#current = incarnation;
    this.#void = this.incarnation !== incarnation || !this.placed;
    if (this.incarnation === incarnation) return;
    // Seqs of another log say nothing about joins and leaves of this one.
    this.#left = 0;
    this.#joins = [];
    this.#aside = 0;
    if (this.gone) this.#forget();
  }

  /** The resume with this id names the stream. */
  ask(id: number): void {
    this.#named = id;
    this.#brought = false;
    this.#asked = true;
    this.#resuming = true;
  }

  /** The resume with this id brings the stream without having named it. */
  broughtBy(id: number): void {
    this.#named = id;
    this.#brought = true;
    this.#resuming = true;
  }

  /** The resume frame that named it last; 0: none on this socket, or it was brought since. */
  get namedIn(): number {
    return this.#brought ? 0 : this.#named;
  }

  /** The resume that brings it now; 0: none. */
  get resumedBy(): number {
    return this.#resuming ? this.#named : 0;
  }

  /** The resume with this id, or the stream's part of it, is done. */
  answered(id: number | undefined): void {
    if (id === undefined || this.#named === id) this.#resuming = false;
  }

  /** The gateway has begun to answer the resume with this id. */
  begun(id: number): void {
    if (this.#named === id) this.#asked = false;
  }

  /** Whether an answer to this resume is one to a resume that was replaced. */
  replaced(id: number | undefined): boolean {
    return id !== undefined && id < this.#named;
  }

  /** Whether the event with this seq is the next one for the reader. Moves the cursor if so. */
  take(seq: number): boolean {
    if (this.gone || this.#asked || this.#void || seq <= this.seq) return false;
    this.seq = seq;
    return true;
  }

  /** The reader has had all up to head. */
  reach(head: number): boolean {
    if (this.gone || this.#void || head <= this.seq) return false;
    this.seq = head;
    return true;
  }

  /** The stream goes on after head, and what lies before is to be fetched. */
  restart(head: number): void {
    this.seq = head;
    this.incarnation = this.#current;
    this.#void = false;
  }

  /**
   * An event of the user's own stream says that they joined at this seq. Tells
   * whether the stream, which was gone, is read again.
   */
  joined(seq: number): boolean {
    if (seq <= this.#left) return false; // of a stay that is over
    if (!this.gone) {
      // Perhaps it is read up to an earlier leave still: the join counts after it.
      if (!this.#joins.includes(seq)) this.#joins.push(seq);
      return false;
    }
    this.gone = false;
    this.seq = Math.max(this.seq, seq - 1);
    return true;
  }

  /** The user's own stream says that they left at this seq. */
  leftAt(seq: number): void {
    this.#left = Math.max(this.#left, seq);
    this.#joins = this.#joins.filter((j) => j > this.#left);
  }

  /**
   * The stream has been read up to a leave, or was answered gone. It goes on at the
   * next join that is remembered; false: there is none, and it is gone.
   */
  ended(): boolean {
    if (this.#void) this.#forget();
    const next = Math.min(...this.#joins.filter((j) => j > this.#left && j > this.seq));
    this.#joins = this.#joins.filter((j) => j > next);
    if (Number.isFinite(next)) {
      this.seq = Math.max(this.seq, next - 1);
      return true;
    }
    this.gone = true;
    return false;
  }

  /** The stream, which was gone, is the caller's again, as the API says: it begins at its head. */
  reopen(): void {
    this.#aside = this.seq;
    this.seq = AHEAD;
    this.gone = false;
    this.#void = true;
  }

  /** seq means nothing in the log of now. */
  #forget(): void {
    this.seq = this.#aside;
    this.#aside = 0;
    this.incarnation = this.#current;
    this.#void = false;
  }
}
