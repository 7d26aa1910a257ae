import { ApiError, endsSession, isPassing } from "../net/api";
import type { Undo } from "../platform/platform";
import type { ChannelID, Ts } from "../wire/objects";
import type { Workspace } from "./workspace";

/** Reading on moves a mark often: the server hears of the last one of this time. */
const markMs = 400;

/**
 * Marks of what is read that the server has not heard of. Those that don't get through go out with the next
 * connection or mark; those that it refuses are forgotten.
 */
export class Marks {
  readonly #w: Workspace;
  readonly #waiting = new Map<ChannelID, Ts>();
  #timer: Undo | undefined;

  constructor(w: Workspace) {
    this.#w = w;
  }

  of(channel: ChannelID): Ts | undefined {
    return this.#waiting.get(channel);
  }

  set(channel: ChannelID, ts: Ts): void {
    this.#waiting.set(channel, ts);
    this.#flushSoon();
  }

  forget(channel: ChannelID): void {
    this.#waiting.delete(channel);
  }

  /** There is a connection. */
  wake(): void {
    if (this.#waiting.size > 0) this.#flushSoon();
  }

  async flush(): Promise<void> {
    this.#timer?.();
    this.#timer = undefined;
    await Promise.all(
      [...this.#waiting].map(async ([channel, ts]) => {
        try {
          await this.#w.api.call("conversations.mark", { channel, ts });
        } catch (e) {
          if (isPassing(e) || (e instanceof ApiError && endsSession(e.code))) return; // it stays
        }
        if (this.#waiting.get(channel) === ts) this.#waiting.delete(channel);
      }),
    );
  }

  close(): void {
    if (this.#waiting.size > 0) void this.flush();
    this.#timer?.();
  }

  #flushSoon(): void {
    this.#timer ??= this.#w.platform.clock.after(markMs, () => void this.flush());
  }
}
