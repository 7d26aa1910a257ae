import type { ChannelID } from "../wire/objects";
import { Timeline } from "./timeline";
import type { Workspace } from "./workspace";

/** The timelines of channels: those looked at last are kept, others go when nothing watches them. */
export class Timelines {
  constructor(_w: Workspace) {}

  /** The channel's timeline, which begins to load itself. */
  of(channel: ChannelID): Timeline {
    return new Timeline(channel);
  }
}
