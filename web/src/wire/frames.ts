/** The frames of a socket, as package wire specifies them, and how a text becomes one. */

import type { Place, WireEvent } from "./events";

/** An event as it came: of a type that EventMap names, or of another. */
export type AnyEvent = WireEvent;

export interface FrameError {
  code: number;
  msg: string;
}

export type ServerFrame =
  | { kind: "hello"; incarnation: string; host: string }
  | { kind: "pong"; reply_to?: number }
  | { kind: "goodbye" }
  | { kind: "error"; error: FrameError }
  /** The answer to a frame of ours: {ok, reply_to}. */
  | { kind: "reply"; ok: boolean; reply_to: number; error?: FrameError }
  | { kind: "skip"; stream: string; seq: number }
  | { kind: "resumed"; reply_to: number; stream: string; head: number }
  | { kind: "current"; reply_to: number; streams: string[] }
  | { kind: "discontinuity"; reply_to?: number; stream: string; head: number; reason: string }
  | { kind: "gone"; reply_to: number; stream: string }
  | { kind: "event"; event: AnyEvent };

export type ClientFrame =
  | { type: "ping"; id: number }
  | { type: "typing"; channel: string; thread_ts?: string }
  | { type: "tickle" }
  | { type: "presence_sub"; ids: readonly string[] }
  | { type: "presence_query"; ids: readonly string[] }
  | { type: "resume"; id: number; incarnation: string; cursor: Record<string, number> };

interface Raw extends Place {
  type?: unknown;
  ok?: unknown;
  reply_to?: unknown;
  error?: unknown;
  incarnation?: unknown;
  host?: unknown;
  head?: unknown;
  streams?: unknown;
  reason?: unknown;
}

/** Reads a frame; undefined where it is none that means anything to a client. */
export function decodeFrame(text: string): ServerFrame | undefined {
  let raw: Raw;
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== "object" || value === null || Array.isArray(value)) return undefined;
    raw = value as Raw;
  } catch {
    return undefined;
  }
  if (raw.type === undefined) {
    if (typeof raw.ok !== "boolean" || typeof raw.reply_to !== "number") return undefined;
    return { kind: "reply", ok: raw.ok, reply_to: raw.reply_to, error: errorOf(raw.error) };
  }
  if (typeof raw.type !== "string") return undefined;
  return decodeTyped(raw.type, raw);
}

function decodeTyped(type: string, raw: Raw): ServerFrame | undefined {
  const reply_to = typeof raw.reply_to === "number" ? raw.reply_to : 0;
  const stream = typeof raw.stream === "string" ? raw.stream : "";
  const head = typeof raw.head === "number" ? raw.head : 0;
  switch (type) {
    case "hello":
      return { kind: "hello", incarnation: String(raw.incarnation ?? ""), host: String(raw.host ?? "") };
    case "pong":
      return { kind: "pong", reply_to };
    case "goodbye":
      return { kind: "goodbye" };
    case "error":
      return { kind: "error", error: errorOf(raw.error) ?? { code: 0, msg: "" } };
    case "skip":
      return { kind: "skip", stream, seq: raw.seq ?? 0 };
    case "resumed":
      return { kind: "resumed", reply_to, stream, head };
    case "current":
      return { kind: "current", reply_to, streams: Array.isArray(raw.streams) ? raw.streams.map(String) : [] };
    case "discontinuity":
      return {
        kind: "discontinuity",
        reply_to: reply_to || undefined,
        stream,
        head,
        reason: String(raw.reason ?? ""),
      };
    case "gone":
      return { kind: "gone", reply_to, stream };
    default:
      return { kind: "event", event: raw as unknown as AnyEvent };
  }
}

function errorOf(value: unknown): FrameError | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  const { code, msg } = value as { code?: unknown; msg?: unknown };
  return { code: typeof code === "number" ? code : 0, msg: typeof msg === "string" ? msg : "" };
}
