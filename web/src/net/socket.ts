/**
 * One socket: from the ticket to the close. It pings, so that a connection that died
 * quietly is noticed, and says how it ended once.
 */

import type { Clock, Platform, Undo, WireSocket } from "../platform/platform";
import { type ClientFrame, decodeFrame, type ServerFrame } from "../wire/frames";
import { type Api, ApiError } from "./api";

/** How a socket ended. */
export interface End {
  /** A close code; 0 where there was no socket. */
  code: number;
  /** What the gateway said before, or the error of rtm.connect. */
  reason: string;
  retryAfterMs?: number;
}

export interface LinkHandlers {
  onFrame(f: ServerFrame): void;
  onEnd(end: End): void;
}

/** How long a socket may be silent before it is asked, and after that. */
const quietMs = 15_000;
const answerMs = 10_000;
/** Where there is a reason to doubt. */
const checkMs = 3_000;
const openMs = 20_000;

export class Link {
  readonly #clock: Clock;
  readonly #handlers: LinkHandlers;
  #socket: WireSocket | undefined;
  #timer: Undo | undefined;
  #ended = false;
  #open = false;
  #said = "";
  /** Their ids are beyond those of resumes, which begin at 1: an answer is one of either. */
  #pings = 1e12;
  readonly #stop = new AbortController();

  constructor(platform: Platform, api: Api, handlers: LinkHandlers) {
    this.#clock = platform.clock;
    this.#handlers = handlers;
    void this.#connect(platform, api);
  }

  /** Whether the frame was handed to the socket. */
  send(frame: ClientFrame): boolean {
    if (!this.#open || this.#ended || !this.#socket) return false;
    this.#socket.send(JSON.stringify(frame));
    return true;
  }

  /** Ends it without a word to the handlers. */
  close(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#cleanUp();
  }

  /** Looks at once whether it is still alive: the computer may have slept, or lost its network. */
  check(): void {
    if (this.#open && !this.#ended) this.#ping(checkMs);
  }

  async #connect(platform: Platform, api: Api): Promise<void> {
    this.#wait(openMs, "timeout");
    let url: string;
    try {
      const a = await api.call<{ url: string }>("rtm.connect", {}, { signal: this.#stop.signal, timeoutMs: openMs });
      url = `${a.url}?batch_presence_aware=1`;
    } catch (e) {
      const known = e instanceof ApiError ? e : new ApiError("no_answer");
      this.#end({ code: 0, reason: known.code, retryAfterMs: known.retryAfterMs });
      return;
    }
    if (this.#ended) return;
    let s: WireSocket;
    try {
      s = platform.socket(url);
    } catch {
      this.#end({ code: 0, reason: "no_socket" });
      return;
    }
    this.#socket = s;
    s.onopen = () => {
      this.#open = true;
      this.#heard();
    };
    s.onmessage = (text) => this.#message(text);
    s.onclose = (code, reason) => this.#end({ code, reason: this.#said || reason });
  }

  #message(text: string): void {
    if (this.#ended) return;
    this.#heard();
    const f = decodeFrame(text);
    if (!f) return;
    if (f.kind === "error") this.#said = f.error.msg;
    this.#handlers.onFrame(f);
  }

  #heard(): void {
    this.#timer?.();
    this.#timer = this.#clock.after(quietMs, () => this.#ping());
  }

  #ping(patienceMs = answerMs): void {
    this.send({ type: "ping", id: ++this.#pings });
    this.#wait(patienceMs, "silent");
  }

  #wait(ms: number, why: string): void {
    this.#timer?.();
    this.#timer = this.#clock.after(ms, () => this.#end({ code: 1006, reason: why }));
  }

  #end(end: End): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#cleanUp();
    this.#handlers.onEnd(end);
  }

  #cleanUp(): void {
    this.#timer?.();
    this.#stop.abort();
    const s = this.#socket;
    if (!s) return;
    s.onopen = s.onmessage = s.onclose = null;
    s.close(1000);
  }
}
