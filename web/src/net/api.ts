/** Calls of the Web API, with the caller's token, a deadline, and patience where it is of use. */

import type { Clock, Platform } from "../platform/platform";
import { sendMoving } from "./sending";

export type Args = Record<string, unknown>;

export interface CallOptions {
  signal?: AbortSignal;
  /** 30,000 where it isn't said. */
  timeoutMs?: number;
}

/** How files.getUploadURLExternal says to send the bytes past the server. */
export interface DirectUpload {
  url: string;
  method: string;
  headers: Record<string, string>;
}

/** A call that did not succeed. The code is Slack's, or "no_answer" where nothing came back. */
export class ApiError extends Error {
  constructor(
    readonly code: string,
    /** How long the server asks to wait. */
    readonly retryAfterMs?: number,
    /** The scope that is missing. */
    readonly needed?: string,
    /** What else the answer says, for people. */
    readonly detail: readonly string[] = [],
  ) {
    super(code);
    this.name = "ApiError";
  }
}

/** Errors that go away by themselves: the same call may succeed later. */
export function isPassing(e: unknown): boolean {
  return e instanceof ApiError && passing.has(e.code);
}

const passing = new Set([
  "no_answer",
  "ratelimited",
  "rate_limited",
  "internal_error",
  "fatal_error",
  "service_unavailable",
  "request_timeout",
  "team_added_to_org",
]);

/** The errors that end a session. */
export function endsSession(code: string): boolean {
  return ended.has(code);
}

const ended = new Set(["invalid_auth", "token_revoked", "token_expired", "account_inactive", "not_authed"]);

/** Methods whose names end so only read: they are asked again by themselves. */
const reads =
  /\.(info|list|get|getView|history|replies|members|counts|userBoot|channels|conversations|test|search|messages|files|all|getPresence|teamInfo|getPermalink|images)$/;

const attempts = 3;
const defaultTimeout = 30_000;
/** An answer that took longer tells nothing of the server's clock: the device may have slept meanwhile. */
const promptMs = 10_000;

export class Api {
  /** Set by whoever must hear that the session is over. */
  onEnded: ((code: string) => void) | undefined;
  readonly #platform: Platform;
  readonly #token: string;
  #aheadMs = 0;
  #held: Promise<void> = Promise.resolve();

  constructor(platform: Platform, token: string) {
    this.#platform = platform;
    this.#token = token;
  }

  /** Milliseconds since 1970 by the server's clock; by the device's until an answer has told. */
  serverNow(): number {
    return this.#platform.clock.now() + this.#aheadMs;
  }

  /** Lets calls wait until the function that is returned is called: the page has something to do first. */
  hold(): () => void {
    let release = () => {};
    this.#held = new Promise((resolve) => {
      release = resolve;
    });
    return release;
  }

  /**
   * Calls a method and resolves to its answer; rejects with an ApiError where ok is
   * false. Reads are tried three times; what writes is not, as it may have
   * happened: the outbox repeats those that carry a key.
   */
  async call<T = unknown>(method: string, args: Args = {}, o: CallOptions = {}): Promise<T> {
    await this.#held;
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.#once<T>(method, args, o);
      } catch (e) {
        if (!(e instanceof ApiError) || o.signal?.aborted) throw e;
        if (endsSession(e.code)) this.onEnded?.(e.code);
        const limited = e.code === "ratelimited";
        if (attempt >= attempts || !isPassing(e) || !(limited || reads.test(method))) throw e;
        const wait = e.retryAfterMs ?? 500 * 2 ** (attempt - 1) * (0.5 + this.#platform.random());
        if (wait > 60_000) throw e;
        await sleep(this.#platform.clock, wait, o.signal);
      }
    }
  }

  /** Every item of a list that comes in pages, at most max of them. */
  async *pages<T extends { response_metadata?: { next_cursor?: string } }>(
    method: string,
    args: Args,
    o: CallOptions = {},
    max = 100,
  ): AsyncGenerator<T> {
    let cursor: string | undefined;
    for (let n = 0; n < max; n++) {
      const page = await this.call<T>(method, cursor ? { ...args, cursor } : args, o);
      yield page;
      cursor = page.response_metadata?.next_cursor;
      if (!cursor) return;
    }
  }

  /** Sends a file's bytes to the URL that files.getUploadURLExternal gave. */
  async upload(url: string, blob: Blob, onProgress?: (fraction: number) => void, signal?: AbortSignal): Promise<void> {
    let answer: { status: number };
    try {
      answer = await sendMoving(this.#platform, {
        url,
        body: blob,
        headers: { Authorization: `Bearer ${this.#token}`, "Content-Type": blob.type || "application/octet-stream" },
        onProgress,
        signal,
      });
    } catch (e) {
      if (signal?.aborted) throw e;
      throw new ApiError("no_answer");
    }
    if (answer.status >= 500 || answer.status === 429) throw new ApiError("service_unavailable");
    if (answer.status >= 300) throw new ApiError("upload_failed");
  }

  /** Sends a file's bytes past the server; false where they were not taken. */
  async uploadDirect(
    direct: DirectUpload,
    blob: Blob,
    onProgress?: (fraction: number) => void,
    signal?: AbortSignal,
  ): Promise<boolean> {
    try {
      const { url, method, headers } = direct;
      const to = { url, elsewhere: method, headers, body: blob, onProgress, signal };
      const answer = await sendMoving(this.#platform, to);
      return answer.status < 300;
    } catch (e) {
      if (signal?.aborted) throw e;
      return false;
    }
  }

  /** Calls a method that takes a file beside its arguments, once. */
  async form<T = unknown>(
    method: string,
    fields: Readonly<Record<string, string | Blob>>,
    o: CallOptions = {},
  ): Promise<T> {
    const body = new FormData();
    for (const [name, value] of Object.entries(fields)) body.append(name, value);
    return this.#post<T>(method, body, {}, o);
  }

  #once<T>(method: string, args: Args, o: CallOptions): Promise<T> {
    return this.#post<T>(method, JSON.stringify(args), { "Content-Type": "application/json; charset=utf-8" }, o);
  }

  async #post<T>(method: string, body: string | FormData, headers: Record<string, string>, o: CallOptions): Promise<T> {
    const stop = new AbortController();
    const undo = this.#platform.clock.after(o.timeoutMs ?? defaultTimeout, () => stop.abort());
    const abort = () => stop.abort();
    o.signal?.addEventListener("abort", abort);
    if (o.signal?.aborted) abort();
    const asked = this.#platform.clock.now();
    try {
      const r = await this.#platform.fetch(`/api/${method}`, {
        method: "POST",
        headers: { Authorization: `Bearer ${this.#token}`, ...headers },
        body,
        signal: stop.signal,
        cache: "no-store",
      });
      this.#learnTime(r, asked);
      return await readAnswer<T>(r);
    } catch (e) {
      if (e instanceof ApiError || o.signal?.aborted) throw e;
      throw new ApiError("no_answer");
    } finally {
      undo();
      o.signal?.removeEventListener("abort", abort);
    }
  }

  #learnTime(r: Response, asked: number): void {
    const date = Date.parse(r.headers.get("Date") ?? "");
    const now = this.#platform.clock.now();
    if (Number.isFinite(date) && now >= asked && now - asked <= promptMs) this.#aheadMs = date - now;
  }
}

interface Envelope {
  ok?: boolean;
  error?: string;
  needed?: string;
  response_metadata?: { messages?: string[] };
}

async function readAnswer<T>(r: Response): Promise<T> {
  const after = Number(r.headers.get("Retry-After"));
  const retry = after > 0 ? after * 1000 : undefined;
  let a: Envelope;
  try {
    a = (await r.json()) as Envelope;
  } catch {
    throw new ApiError(r.status === 429 ? "ratelimited" : r.status >= 500 ? "service_unavailable" : "no_answer", retry);
  }
  if (a.ok) return a as T;
  throw new ApiError(a.error ?? "internal_error", retry, a.needed, a.response_metadata?.messages);
}

function sleep(clock: Clock, ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const undo = clock.after(ms, () => {
      signal?.removeEventListener("abort", abort);
      resolve();
    });
    function abort() {
      undo();
      reject(new DOMException("aborted", "AbortError"));
    }
    signal?.addEventListener("abort", abort, { once: true });
  });
}
