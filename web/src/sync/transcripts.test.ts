/**
 * The gateway's own transcripts (gateway/testdata), read by our reader: each client of
 * theirs is one of ours. What a transcript's client sends is replaced by what ours
 * would send from the same cursors, and must be the same.
 */

import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { describe, expect, test } from "vitest";
import { type ClientFrame, decodeFrame, type ServerFrame } from "../wire/frames";
import type { Step } from "./batch";
import { Session } from "./session";
import type { TailState } from "./tail";

const folder = resolve(import.meta.dirname, "../../../gateway/testdata");

interface Resume {
  id: number;
  incarnation: string;
  cursor: Record<string, number>;
}

/** $town is a channel and @ann a person: as ids, so that their letters tell the kind. */
const expand = (text: string) => text.replace(/\$([a-z]+)/g, "C-$1").replace(/@([a-z]+)/g, "U-$1");

/** One client of a transcript. */
class Client {
  readonly user: string;
  readonly sent: ClientFrame[] = [];
  readonly heard: string[] = [];
  /** Ids of the transcript's resumes, as ours. */
  readonly ids = new Map<number, number>();
  session: Session;
  hello: ServerFrame | undefined;

  constructor(user: string) {
    this.user = user;
    this.session = this.#session([]);
  }

  /** A reader that has nothing of these channels yet, and will be told of nothing before now. */
  connect(channels: readonly string[]): void {
    this.session = this.#session([this.user, ...channels].map((stream) => tailAt(stream, "one", 0)));
    this.hello = undefined;
  }

  /** A reader with these cursors resumes them on this socket. */
  resume(r: Resume): ClientFrame[] {
    const tails = Object.entries(r.cursor).map(([stream, seq]) => tailAt(stream, r.incarnation, seq));
    // One that has no cursor of its own stream asks where that stands: the transcript doesn't.
    const own = { ...tailAt(this.user, r.incarnation, 0), gone: true };
    this.session = this.#session(this.user in r.cursor ? tails : [...tails, own]);
    this.sent.length = 0;
    if (this.hello) this.session.frame(this.hello);
    const first = this.sent.find((f) => f.type === "resume");
    if (first?.type === "resume") this.ids.set(r.id, first.id);
    return [...this.sent];
  }

  frame(text: string): void {
    const f = decodeFrame(text);
    if (!f) return;
    if ("reply_to" in f && f.reply_to !== undefined) f.reply_to = this.ids.get(f.reply_to) ?? f.reply_to;
    this.session.frame(f);
    if (f.kind === "hello") {
      this.hello = f;
      for (const s of this.sent)
        if (s.type === "resume") this.session.frame({ kind: "current", reply_to: s.id, streams: [] });
    }
    for (const s of this.session.take()?.steps ?? []) this.heard.push(describeStep(s));
  }

  #session(tails: TailState[]): Session {
    return new Session(this.user, tails, (f) => this.sent.push(f));
  }
}

function tailAt(stream: string, incarnation: string, seq: number): TailState {
  return { stream, seq, incarnation, gone: false, left: 0, joins: [] };
}

function describeStep(s: Step): string {
  if (s.kind === "event") return s.stream ? `${s.stream} ${s.seq} ${s.event.type}` : s.event.type;
  if (s.kind === "lost") return `${s.stream} goes on after ${s.head}`;
  return s.kind === "gone" ? `${s.stream} is gone` : s.kind;
}

function play(text: string): Map<string, Client> {
  const clients = new Map<string, Client>();
  const channels = new Map<string, Set<string>>();
  for (const line of expand(text).split("\n")) {
    const [kind, name = "", ...rest] = line.split(" ");
    const body = rest.join(" ");
    const client = clients.get(name);
    if (kind === "!" && name === "connect") {
      const [id = "", user = ""] = rest;
      const known = clients.get(id) ?? new Client(`U-${user}`);
      clients.set(id, known);
      known.connect([...(channels.get(user) ?? [])]);
    } else if (kind === "!" && (name === "join" || name === "leave")) {
      const [channel = "", user = ""] = rest;
      const mine = channels.get(user) ?? new Set();
      channels.set(user, mine);
      if (name === "join") mine.add(`C-${channel}`);
      else mine.delete(`C-${channel}`);
    } else if (kind === ">" && client && body.includes('"resume"')) {
      const r = JSON.parse(body) as Resume;
      if (Object.keys(r.cursor).length === 0) continue; // it only says that it knows our frames
      const sent = client.resume(r);
      expect(sent).toHaveLength(1);
      expect(sent[0]).toMatchObject({ incarnation: r.incarnation, cursor: r.cursor });
    } else if (kind === "<" && client && body.startsWith("{")) client.frame(body);
  }
  return clients;
}

describe("a transcript is read", () => {
  for (const file of readdirSync(folder).filter((f) => f.endsWith(".txt"))) {
    test(file, () => {
      const clients = play(readFileSync(join(folder, file), "utf8"));
      const heard = Object.fromEntries([...clients].map(([name, c]) => [name, c.heard]));
      expect(heard).toMatchSnapshot();
      for (const lines of Object.values(heard)) {
        const last = new Map<string, number>();
        for (const line of lines) {
          const [stream = "", seq] = line.split(" ");
          if (line.includes("goes on"))
            last.set(stream, 0); // from another place
          else if (seq && /^\d+$/.test(seq)) {
            expect(Number(seq), line).toBeGreaterThan(last.get(stream) ?? 0);
            last.set(stream, Number(seq));
          }
        }
      }
    });
  }
});
