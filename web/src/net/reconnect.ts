/**
 * Keeps one socket open for as long as that makes sense. After a close it waits,
 * longer each time and never as long as another client, then tries again; the close
 * code says whether to try at all.
 */

import type { Platform, Undo } from "../platform/platform";
import type { ClientFrame, ServerFrame } from "../wire/frames";
import { CloseCode, MsgExpired } from "../wire/generated";
import { type Api, endsSession } from "./api";
import type { Connection, StopReason } from "./connection";
import { type End, Link } from "./socket";

export interface ReconnectHandlers {
  onFrame(f: ServerFrame): void;
  onState(c: Connection): void;
}

const firstMs = 1_000;
const mostMs = 30_000;
/** Nobody looks at a hidden tab: it comes back less eagerly, or when it is shown. */
const hiddenMs = 10_000;
/** A gateway that drains names no other: they are many that come back at once. */
const drainMs = 2_000;
/** A socket that lived so long was well: the next wait begins anew. */
const wellMs = 20_000;

export class Reconnector {
  readonly #platform: Platform;
  readonly #api: Api;
  readonly #handlers: ReconnectHandlers;
  readonly #undo: Undo[] = [];
  #state: Connection = { state: "connecting" };
  #link: Link | undefined;
  #timer: Undo | undefined;
  #failures = 0;
  #liveSince = 0;
  /** Before this nothing is tried, whoever asks: the server said so. */
  #notBefore = 0;

  constructor(platform: Platform, api: Api, handlers: ReconnectHandlers) {
    this.#platform = platform;
    this.#api = api;
    this.#handlers = handlers;
    this.#undo.push(
      platform.onOnline((online) => (online ? this.hurry() : this.#link?.check())),
      platform.onVisible((visible) => visible && this.hurry()),
    );
  }

  get state(): Connection {
    return this.#state;
  }

  start(): void {
    if (this.#link || this.#state.state === "stopped") return;
    this.#timer?.();
    this.#timer = undefined;
    this.#set({ state: "connecting" });
    const link: Link = new Link(this.#platform, this.#api, {
      onFrame: (f) => this.#frame(f),
      onEnd: (end) => this.#ended(link, end),
    });
    this.#link = link;
  }

  /** Tries at once instead of waiting on; looks whether an open socket is alive. */
  hurry(): void {
    const { state } = this.#state;
    if (state === "live") this.#link?.check();
    else if ((state === "waiting" || state === "offline") && this.#platform.clock.now() >= this.#notBefore)
      this.start();
  }

  /** Begins anew after a stop, because a person asks for it. */
  restart(): void {
    if (this.#state.state !== "stopped") return this.hurry();
    this.#failures = 0;
    this.#state = { state: "connecting" };
    this.start();
  }

  /** Ends the socket, to open another after a while. */
  renew(): void {
    const link = this.#link;
    if (!link) return;
    link.close();
    this.#ended(link, { code: 1006, reason: "renewed" });
  }

  send(frame: ClientFrame): boolean {
    return this.#link?.send(frame) ?? false;
  }

  stop(why: StopReason): void {
    this.#timer?.();
    this.#link?.close();
    this.#link = undefined;
    // Otherwise a person may begin anew: it goes on listening.
    if (why === "closed") for (const undo of this.#undo.splice(0)) undo();
    this.#set({ state: "stopped", why });
  }

  #frame(f: ServerFrame): void {
    if (f.kind === "hello") {
      this.#liveSince = this.#platform.clock.now();
      this.#set({ state: "live" });
    }
    this.#handlers.onFrame(f);
  }

  #ended(link: Link, end: End): void {
    if (this.#link !== link) return;
    this.#link = undefined;
    const why = stopReason(end);
    if (why) return this.stop(why);
    const now = this.#platform.clock.now();
    if (this.#liveSince && now - this.#liveSince > wellMs) this.#failures = 0;
    this.#liveSince = 0;
    const wait = this.#delay(end);
    this.#notBefore = end.retryAfterMs ? now + end.retryAfterMs : 0;
    this.#timer?.();
    this.#timer = this.#platform.clock.after(wait, () => this.start());
    this.#set(this.#platform.online() ? { state: "waiting", until: now + wait } : { state: "offline" });
  }

  #delay(end: End): number {
    const random = this.#platform.random();
    if (end.retryAfterMs) return end.retryAfterMs * (1 + random / 2);
    if (end.code === CloseCode.Changed) return firstMs * random;
    if (end.code === CloseCode.Draining && this.#failures === 0) {
      this.#failures = 1;
      return drainMs * random;
    }
    const grown = Math.min(mostMs, firstMs * 2 ** this.#failures++);
    const most = this.#platform.visible() ? grown : Math.max(grown, hiddenMs);
    return Math.max(firstMs / 2, most * (0.5 + random / 2));
  }

  #set(c: Connection): void {
    this.#state = c;
    this.#handlers.onState(c);
  }
}

/** Why not to come back; undefined: come back. */
export function stopReason(end: End): StopReason | undefined {
  if (end.code === 0) {
    if (end.reason === "account_inactive") return "inactive";
    if (end.reason === "two_factor_setup_required") return "two_factor_required";
    return endsSession(end.reason) ? "signed_out" : undefined;
  }
  switch (end.code) {
    case CloseCode.Unauthenticated:
      // The way to the gateway took longer than a ticket is good: the next one may not.
      if (end.reason === MsgExpired) return undefined;
      return end.reason === "two_factor_setup_required" ? "two_factor_required" : "signed_out";
    case CloseCode.Inactive:
      return "inactive";
    case CloseCode.TooMany:
      return "too_many_sockets";
    default:
      return end.code >= 4500 && end.code < 5000 ? "fault" : undefined;
  }
}
