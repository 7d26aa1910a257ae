/** Pages of messages from the server, in whichever direction. */

import type { Api } from "../net/api";
import type { ChannelID, Message, Ts } from "../wire/objects";

export interface HistoryPage {
  /** Oldest first. */
  messages: Message[];
  atStart: boolean;
  atEnd: boolean;
  /** It is not next to what was asked from: nothing near was to be had. */
  detached?: boolean;
}

interface Answer {
  messages: Message[];
  has_more: boolean;
  response_metadata?: { next_cursor?: string };
}

const pageSize = 50;
/** The most that a step forward asks for at once. */
const forwardSize = 200;
const forwardSteps = 40;
const threadPage = 200;
const threadPages = 25;

/** The messages before latest, or the newest there are. */
export async function fetchOlder(
  api: Api,
  channel: ChannelID,
  o: { latest?: Ts; inclusive?: boolean },
): Promise<HistoryPage> {
  const a = await api.call<Answer>("conversations.history", { channel, limit: pageSize, ...o });
  return { messages: a.messages.reverse(), atStart: !a.has_more, atEnd: o.latest === undefined };
}

/**
 * The messages next after a ts. History comes newest first, so this asks for a span
 * of time, and for a longer or shorter one until it holds a page at most: where the
 * next ones are far away, and many at once, it is found by halves.
 */
export async function fetchNewer(
  api: Api,
  channel: ChannelID,
  after: Ts,
  spacingMs: number,
  now: number,
): Promise<HistoryPage> {
  let span = Math.max(60_000, spacingMs * pageSize) / 1000;
  let from = Number(after); // nothing lies between after and it
  let most = Number.POSITIVE_INFINITY; // up to here is more than a page
  for (let n = 0; n < forwardSteps; n++) {
    const until = from + span;
    const last = until >= now / 1000;
    const range = last ? { oldest: after } : { oldest: after, latest: until.toFixed(6) };
    const a = await api.call<Answer>("conversations.history", { channel, limit: forwardSize, ...range });
    if (a.has_more) {
      most = Number(a.messages.at(-1)?.ts ?? until);
      span = (most - from) / 2;
    } else if (a.messages.length > 0 || last) {
      return { messages: a.messages.reverse(), atStart: false, atEnd: last };
    } else {
      from = until;
      span = Math.min(span * 16, (most - from) / 2);
    }
  }
  // So many at one moment, or so few in years: the latest are as good a place to go.
  return { ...(await fetchOlder(api, channel, {})), atEnd: true, detached: true };
}

/** A window around ts. */
export async function fetchAround(api: Api, channel: ChannelID, ts: Ts, now: number): Promise<HistoryPage> {
  const older = await fetchOlder(api, channel, { latest: ts, inclusive: true });
  const first = Number(older.messages[0]?.ts ?? ts);
  const spacing = ((Number(ts) - first) * 1000) / Math.max(1, older.messages.length);
  const newer = await fetchNewer(api, channel, ts, spacing, now);
  if (newer.detached) return { ...older, atEnd: false };
  return { messages: [...older.messages, ...newer.messages], atStart: older.atStart, atEnd: newer.atEnd };
}

/** All of a thread, its root first. */
export async function fetchThread(api: Api, channel: ChannelID, ts: Ts): Promise<HistoryPage> {
  const messages = new Map<Ts, Message>();
  const args = { channel, ts, limit: threadPage };
  for await (const page of api.pages<Answer>("conversations.replies", args, {}, threadPages)) {
    for (const m of page.messages) messages.set(m.ts, m);
  }
  return { messages: [...messages.values()], atStart: true, atEnd: true };
}
