import { type ReadonlySignal, signal } from "@preact/signals-core";
import type { ChannelID, Message, Ts } from "../wire/objects";

/** A message's ts, or its client_msg_id while the server doesn't have it. */
export type MessageKey = string;

/**
 * A window of a channel's messages or of a thread's, oldest first. It is contiguous:
 * what lies between its first and last message is in it. While atEnd, new messages
 * come in by themselves, and one's own unsent ones stand last.
 */
export class Timeline {
  readonly channel: ChannelID;
  /** The root of a thread's timeline, which is its first message. */
  readonly thread: Ts | undefined;
  readonly messages: ReadonlySignal<readonly MessageKey[]> = signal([]);
  /** Nothing is older than the first message. */
  readonly atStart: ReadonlySignal<boolean> = signal(false);
  /** Nothing is newer than the last. */
  readonly atEnd: ReadonlySignal<boolean> = signal(true);
  /** What is being loaded; "all" where there is nothing to show meanwhile. */
  readonly loading: ReadonlySignal<"" | "all" | "older" | "newer"> = signal<"" | "all" | "older" | "newer">("");
  /** The code of what the last load failed with. */
  readonly error: ReadonlySignal<string | undefined> = signal<string | undefined>(undefined);

  constructor(channel: ChannelID, thread?: Ts) {
    this.channel = channel;
    this.thread = thread;
  }

  /** The message of a key; undefined once it is deleted. Renders again only when this message changes. */
  message(_key: MessageKey): ReadonlySignal<Message | undefined> {
    return signal(undefined);
  }

  async loadOlder(): Promise<void> {}
  async loadNewer(): Promise<void> {}
  /** Makes the window one around ts. Resolves to the key to show: the message, or the one next to where it was. */
  async jumpTo(_ts: Ts): Promise<MessageKey | undefined> {
    return undefined;
  }
  async jumpToLatest(): Promise<void> {}
}
