import type { Message, Ts } from "../wire/objects";
import type { Timeline } from "./timeline";
import type { Workspace } from "./workspace";

const tries = 3;

/**
 * Keeps messages of a timeline on disk, as far as it reaches the end: those of the stamps, or, with before,
 * a page that ends there. The database may have come further than this tab: then again a moment later.
 */
export async function keepOnDisk(
  w: Workspace,
  timeline: Timeline,
  stamps: () => readonly Ts[],
  before?: Ts,
): Promise<void> {
  const { key, channel, atStart, atEnd, loading } = timeline;
  for (let n = 0; n < tries; n++) {
    // The first time when the load that asks for it is done.
    await (n === 0 ? Promise.resolve() : new Promise<void>((resolve) => w.platform.clock.after(n * 200, resolve)));
    const seq = w.seqOf(channel);
    if (seq === undefined || !atEnd.peek() || loading.peek()) continue;
    const messages = stamps().map((ts) => timeline.peek(ts));
    const options = { seq, atStart: atStart.peek(), before };
    if (await w.store.keepTimeline(key, channel, messages.filter(isThere), options)) return;
  }
}

function isThere(m: Message | undefined): m is Message {
  return m !== undefined;
}
