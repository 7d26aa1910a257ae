import { type ReadonlySignal, signal } from "@preact/signals-core";
import type { ChannelID, Ts, UserID } from "../wire/objects";
import type { Workspace } from "./workspace";

/** Who is typing: each for some seconds after the last word of it. */
export class Typing {
  constructor(_w: Workspace) {}

  in(_channel: ChannelID, _thread?: Ts): ReadonlySignal<readonly UserID[]> {
    return signal([]);
  }

  /** Tells the others, at most every few seconds. */
  send(_channel: ChannelID, _thread?: Ts): void {}
}
