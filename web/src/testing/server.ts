/** A server for tests: the Web API as far as the state calls it, over a World, and its gateway. */

import { withReaction } from "../store/messages";
import type { Message, User } from "../wire/objects";
import { Gateway } from "./gateway";
import type { Backend, TestClock, TestSocket } from "./platform";
import { type LogEvent, World } from "./world";

type Args = Record<string, unknown>;
type Answer = Record<string, unknown>;

class Refused extends Error {}

export class Server implements Backend {
  readonly world: World;
  readonly messages = new Map<string, Message[]>();
  readonly calls: { method: string; args: Args }[] = [];
  readonly users = new Map<string, User>();
  readonly prefs: Record<string, unknown> = {};
  /** Topics of channels that only their members know of. */
  readonly topics = new Map<string, string>();
  /** Channels that were made private. */
  readonly secret = new Set<string>();
  /** What the caller keeps for later: CHANNEL/TS. */
  readonly saved = new Set<string>();
  /** Requests get no answer, and sockets none either. */
  down = false;
  /** Sockets get no answer, though requests do. */
  noSockets = false;
  /** Requests are done, but their answers are lost: so many of them. */
  loseAnswers = 0;
  /** How far its clock is ahead of the device's. */
  aheadMs = 0;
  /** Answers wait until they are let go. */
  held: (() => void)[] | undefined;
  /** Errors for the next calls of a method. */
  readonly failures = new Map<string, string[]>();
  readonly #clock: TestClock;
  readonly #sockets = new Map<TestSocket, Gateway>();
  #ts = 0;
  #files = 0;

  constructor(clock: TestClock, self = "UANN") {
    this.#clock = clock;
    this.world = new World(self);
    this.addUser(self);
    this.world.onChange(() => this.flush());
  }

  addUser(id: string, name = id.slice(1).toLowerCase()): User {
    const u: User = { id, name, profile: { real_name: name, display_name: name } };
    this.users.set(id, u);
    return u;
  }

  /** Somebody posts. */
  post(channel: string, user: string, text: string, more: Partial<Message> = {}): Message {
    const ts = this.#nextTs();
    const m: Message = { type: "message", user, text, ts, ...more };
    this.#all(channel).push(m);
    this.world.append(channel, { ...m, type: "message", channel, event_ts: ts } as unknown as LogEvent);
    return m;
  }

  edit(channel: string, ts: string, text: string): void {
    const m = this.#find(channel, ts);
    m.text = text;
    m.edited = { user: m.user ?? "", ts };
    this.#hidden(channel, "message_changed", { message: { ...m } });
  }

  remove(channel: string, ts: string): void {
    const m = this.#find(channel, ts);
    this.messages.set(
      channel,
      this.#all(channel).filter((x) => x !== m),
    );
    // The log holds no content of it any more.
    for (const e of this.world.log(channel))
      if (e.ts === ts) Object.assign(e, { text: "", subtype: "tombstone", hidden: true });
    this.#hidden(channel, "message_deleted", { deleted_ts: ts, previous_message: { user: m.user, ts } });
  }

  /** All sockets end. */
  hangUp(code = 1006): void {
    for (const s of [...this.#sockets.keys()]) s.end(code);
    this.#sockets.clear();
  }

  get sockets(): number {
    return this.#sockets.size;
  }

  /** What the log has goes to the sockets. */
  flush(): void {
    for (const [s, g] of this.#sockets) if (!s.closed) g.flush();
  }

  /** A frame that is in no log. */
  say(frame: Record<string, unknown>): void {
    for (const s of this.#sockets.keys()) s.say(JSON.stringify(frame));
  }

  count(method: string): number {
    return this.calls.filter((c) => c.method === method).length;
  }

  socket(_url: string, s: TestSocket): void {
    if (this.down || this.noSockets) return s.end(1006);
    s.open();
    const g = new Gateway(this.world, (text) => queueMicrotask(() => s.say(text)));
    this.#sockets.set(s, g);
    s.onhangup = () => this.#sockets.delete(s);
    s.onsend = (text) => {
      const f = JSON.parse(text) as { type: string; id: number };
      if (f.type === "ping") s.say(JSON.stringify({ type: "pong", reply_to: f.id }));
      if (f.type !== "resume") return;
      g.resume(f as unknown as Parameters<Gateway["resume"]>[0]);
      g.flush();
    };
  }

  async fetch(url: string, init: RequestInit): Promise<Response> {
    await Promise.resolve();
    if (this.down) throw new TypeError("no answer");
    const method = url.replace("/api/", "");
    const args = JSON.parse(String(init.body)) as Args;
    this.calls.push({ method, args });
    const answer = this.#answer(method, args);
    if (this.held) await new Promise<void>((resolve) => this.held?.push(resolve));
    if (this.loseAnswers > 0) {
      this.loseAnswers--;
      throw new TypeError("no answer");
    }
    const date = new Date(this.#now()).toUTCString();
    return new Response(JSON.stringify(answer), { headers: { "Content-Type": "application/json", Date: date } });
  }

  #answer(method: string, args: Args): Answer {
    try {
      const failure = this.failures.get(method)?.shift();
      if (failure) throw new Refused(failure);
      return { ok: true, ...structuredClone(this.#do(method, args)) };
    } catch (e) {
      if (e instanceof Refused) return { ok: false, error: e.message };
      throw e;
    }
  }

  #do(method: string, a: Args): Answer {
    const { self } = this.world;
    const channel = String(a.channel ?? "");
    switch (method) {
      case "rtm.connect":
        return { url: "ws://server/websocket/ticket", self: { id: self, name: self } };
      case "client.userBoot":
        return {
          self: this.users.get(self),
          team: { id: "T1", name: "Team", domain: "team" },
          prefs: this.prefs,
          channels: this.world.channels().map((id) => this.#channel(id)),
          ims: [],
          subteams: { self: [] },
        };
      case "client.counts":
        return {
          channels: this.world.channels().map((id) => this.#counts(id)),
          mpims: [],
          ims: [],
          threads: { has_unreads: false, mention_count: 0, unread_count: 0 },
        };
      case "client.channels":
        return {
          channels: String(a.channels)
            .split(",")
            .filter((id) => this.#isSeen(id))
            .map((id) => ({ id })),
        };
      case "conversations.history":
        return this.#history(channel, a);
      case "conversations.replies":
        return { messages: this.#all(channel).filter((m) => m.ts === a.ts || m.thread_ts === a.ts), has_more: false };
      case "conversations.info":
        if (!this.#isSeen(channel)) throw new Refused("channel_not_found");
        return { channel: { ...this.#channel(channel), is_member: this.world.isMember(channel) } };
      case "chat.postMessage":
        return this.#post(channel, a);
      case "chat.update":
        this.edit(channel, String(a.ts), String(a.text));
        return { message: this.#find(channel, String(a.ts)) };
      case "chat.delete":
        this.remove(channel, String(a.ts));
        return {};
      case "reactions.add":
      case "reactions.remove":
        this.#react(channel, String(a.timestamp), String(a.name), method === "reactions.add");
        return {};
      case "bookmarks.list":
        return { bookmarks: [] };
      case "subscriptions.thread.get":
        return { subscribed: false, last_read: "0" };
      case "files.completeUploadExternal":
        this.#post(String(a.channel_id), { ...a, text: a.initial_comment ?? "" });
        return { files: a.files };
      case "files.getUploadURLExternal":
        return { upload_url: "http://server/upload/T1/F1", file_id: `F${++this.#files}` };
      case "saved.add":
      case "saved.delete":
        this.#save(`${a.item_id}/${a.ts}`, method === "saved.add");
        return {};
      case "users.info":
        return {
          users: String(a.users)
            .split(",")
            .map((id) => this.users.get(id) ?? refuse("user_not_found")),
        };
      case "users.list":
        return { members: [...this.users.values()] };
      case "users.prefs.get":
        return { prefs: this.prefs };
      case "users.prefs.set":
        Object.assign(this.prefs, a.prefs);
        return {};
      case "conversations.mark":
        return {};
      default:
        throw new Refused("unknown_method");
    }
  }

  /** The caller reacts, or takes it back. */
  #react(channel: string, ts: string, name: string, on: boolean): void {
    const { self } = this.world;
    const m = this.#find(channel, ts);
    const had = m.reactions?.some((r) => r.name === name && r.users.includes(self)) ?? false;
    if (had === on) throw new Refused(on ? "already_reacted" : "no_reaction");
    Object.assign(m, withReaction(m, name, self, on));
    const type = on ? "reaction_added" : "reaction_removed";
    this.world.append(channel, { type, user: self, reaction: name, item: { type: "message", channel, ts } });
  }

  #save(item: string, on: boolean): void {
    if (this.saved.has(item) === on) throw new Refused(on ? "already_saved" : "not_found");
    if (on) this.saved.add(item);
    else this.saved.delete(item);
  }

  #post(channel: string, a: Args): Answer {
    if (!this.world.isMember(channel)) throw new Refused("not_in_channel");
    const id = String(a.client_msg_id ?? "");
    const same = this.#all(channel).find((m) => m.client_msg_id === id);
    const thread_ts = a.thread_ts === undefined ? undefined : String(a.thread_ts);
    const message = same ?? this.post(channel, this.world.self, String(a.text), { client_msg_id: id, thread_ts });
    return { channel, ts: message.ts, message };
  }

  #history(channel: string, a: Args): Answer {
    const limit = Number(a.limit ?? 100);
    const inRange = this.#all(channel).filter((m) => {
      if (m.thread_ts && m.thread_ts !== m.ts) return false;
      const after = a.oldest === undefined || m.ts > String(a.oldest);
      const before = a.latest === undefined || m.ts < String(a.latest) || (a.inclusive === true && m.ts === a.latest);
      return after && before;
    });
    return { messages: inRange.slice(-limit).reverse(), has_more: inRange.length > limit };
  }

  /** Somebody makes a public channel private. */
  convert(channel: string): void {
    this.secret.add(channel);
    this.post(channel, "UBOB", "made this channel *private*.", { subtype: "channel_convert_to_private" });
    this.say({ type: "channel_convert_to_private", channel });
  }

  /** A member sees a channel, and anybody one that is public and that there is. */
  #isSeen(id: string): boolean {
    return this.world.isMember(id) || (this.world.head(id) > 0 && !this.topics.has(id) && !this.secret.has(id));
  }

  #channel(id: string) {
    const topic = this.topics.get(id);
    const is_private = topic !== undefined || this.secret.has(id);
    return {
      id,
      name: id.toLowerCase(),
      is_channel: true,
      ...(is_private && { is_private }),
      ...(topic !== undefined && { topic: { value: topic, creator: "", last_set: 0 } }),
    };
  }

  #counts(id: string) {
    const latest = this.#all(id).at(-1)?.ts ?? "0000000000.000000";
    return { id, last_read: latest, latest, mention_count: 0, has_unreads: false };
  }

  #hidden(channel: string, subtype: string, more: Record<string, unknown>): void {
    const ts = this.#nextTs();
    this.world.append(channel, { type: "message", subtype, hidden: true, channel, ts, event_ts: ts, ...more });
  }

  #all(channel: string): Message[] {
    let all = this.messages.get(channel);
    if (!all) {
      all = [];
      this.messages.set(channel, all);
    }
    return all;
  }

  #find(channel: string, ts: string): Message {
    return this.#all(channel).find((m) => m.ts === ts) ?? refuse("message_not_found");
  }

  #now(): number {
    return this.#clock.now() + this.aheadMs;
  }

  #nextTs(): string {
    this.#ts = Math.max(this.#ts + 1, this.#now() * 1000);
    return `${Math.floor(this.#ts / 1e6)}.${String(this.#ts % 1e6).padStart(6, "0")}`;
  }
}

function refuse(error: string): never {
  throw new Refused(error);
}
