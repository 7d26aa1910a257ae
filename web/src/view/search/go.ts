import type { App, Target } from "../../state/app";
import { type Match, threadOf } from "../../state/search";

/** Where a message that was found is: in its conversation, with its thread beside it. */
export function placeOf(match: Pick<Match, "channel" | "ts" | "permalink">): Target {
  const thread = threadOf(match.permalink);
  const inThread = thread !== undefined && thread !== match.ts;
  const main = { type: "channel" as const, channel: match.channel.id, at: inThread ? thread : match.ts };
  return inThread ? { main, side: { type: "thread", channel: match.channel.id, ts: thread, at: match.ts } } : { main };
}

export function goTo(app: App, match: Match): void {
  app.navigate(placeOf(match));
}
