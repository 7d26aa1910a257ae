import { type ReadonlySignal, signal } from "@preact/signals-core";
import type { Block, ChannelID, File, Ts } from "../wire/objects";
import type { MessageKey } from "./timeline";
import type { Workspace } from "./workspace";

export interface Draft {
  text: string;
  blocks?: Block[];
  thread_ts?: Ts;
  reply_broadcast?: boolean;
  /** Files that are uploaded already (files.getUploadURLExternal and the bytes), shared by this message. */
  files?: File[];
}

/** What is on its way to the server. It survives reloads and being offline, and is neither lost nor doubled. */
export class Outbox {
  /** How many messages wait or have failed. */
  readonly pending: ReadonlySignal<number> = signal(0);

  constructor(_w: Workspace) {}

  /** Shows the message at once and sends it; its key until the server has it. */
  send(_channel: ChannelID, _draft: Draft): MessageKey {
    return "";
  }

  /** Sends a failed message again. */
  retry(_key: MessageKey): void {}
  /** Forgets a message that was not sent. */
  discard(_key: MessageKey): void {}

  /** The following show at once, are undone where the server refuses, and then reject with its ApiError. */
  async edit(_channel: ChannelID, _ts: Ts, _to: { text: string; blocks?: Block[] }): Promise<void> {}
  async remove(_channel: ChannelID, _ts: Ts): Promise<void> {}
  async react(_channel: ChannelID, _ts: Ts, _name: string, _on: boolean): Promise<void> {}
  async pin(_channel: ChannelID, _ts: Ts, _on: boolean): Promise<void> {}
}
