/**
 * A model of what the gateway serves to one person: streams as lists of events, and
 * the intervals in which channels are theirs. The model is the specification of
 * Go's package wire, not the gateway's code.
 */

export interface LogEvent {
  type: string;
  [key: string]: unknown;
}

interface Interval {
  joined: number;
  left: number; // 0: still a member
}

export class World {
  readonly self: string;
  incarnation = "one";
  readonly #logs = new Map<string, LogEvent[]>();
  readonly #members = new Map<string, Interval[]>();
  readonly #trimmed = new Map<string, number>();
  /** Changes of membership that the person's own stream has not told yet, in order. */
  readonly #untold: LogEvent[] = [];
  readonly #listeners = new Set<() => void>();

  constructor(self: string) {
    this.self = self;
  }

  log(stream: string): LogEvent[] {
    let l = this.#logs.get(stream);
    if (!l) {
      l = [];
      this.#logs.set(stream, l);
    }
    return l;
  }

  head(stream: string): number {
    return this.log(stream).length;
  }

  trimmed(stream: string): number {
    return this.#trimmed.get(stream) ?? 0;
  }

  trim(stream: string, seq: number): void {
    this.#trimmed.set(stream, Math.min(seq, this.head(stream)));
  }

  channels(): string[] {
    return [...this.#members.keys()].filter((c) => this.isMember(c));
  }

  isMember(channel: string): boolean {
    return this.#members.get(channel)?.some((i) => i.left === 0) ?? false;
  }

  /** Where the present stay began; 0: there is none. */
  joinedAt(channel: string): number {
    return this.#members.get(channel)?.find((i) => i.left === 0)?.joined ?? 0;
  }

  /** Whether the event with this seq is for the person. */
  may(stream: string, seq: number): boolean {
    if (stream === this.self) return true;
    return this.#members.get(stream)?.some((i) => seq >= i.joined && (i.left === 0 || seq <= i.left)) ?? false;
  }

  append(stream: string, e: LogEvent): number {
    const l = this.log(stream);
    l.push(e);
    for (const f of [...this.#listeners]) f();
    return l.length;
  }

  /** With late, the person's own stream hears of it at the next tell. */
  join(channel: string, late = false): void {
    if (this.isMember(channel)) return;
    const joined = this.head(channel) + 1;
    this.#members.set(channel, [...(this.#members.get(channel) ?? []), { joined, left: 0 }]);
    this.append(channel, { type: "member_joined_channel", user: this.self, channel });
    this.#untold.push({
      type: "channel_joined",
      channel: { id: channel, name: channel },
      stream_id: channel,
      joined_seq: joined,
    });
    if (!late) this.tell();
  }

  leave(channel: string, late = false): void {
    const open = this.#members.get(channel)?.find((i) => i.left === 0);
    if (!open) return;
    open.left = this.head(channel) + 1;
    this.append(channel, { type: "member_left_channel", user: this.self, channel });
    this.#untold.push({ type: "channel_left", channel, stream_id: channel, left_seq: open.left });
    if (!late) this.tell();
  }

  tell(): void {
    for (const e of this.#untold.splice(0)) this.append(this.self, e);
  }

  /** The log is restored from a copy: the seqs are others, the memberships the same. */
  restore(keep: (stream: string) => number): void {
    this.tell();
    const mine = this.channels();
    this.incarnation += "'";
    for (const [stream, l] of this.#logs) l.length = Math.min(l.length, keep(stream));
    this.#trimmed.clear();
    this.#members.clear();
    for (const c of mine) this.#members.set(c, [{ joined: 1, left: 0 }]);
  }

  onChange(f: () => void): () => void {
    this.#listeners.add(f);
    return () => this.#listeners.delete(f);
  }
}
