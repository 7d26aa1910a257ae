import type { Workspace } from "../../state/workspace";
import { modals } from "./modals";

const after = 4_000; // what is on the screen goes first

/** Loads what opens by a key, and what changes a message also without a connection, before it is asked for. */
export function warm(w: Workspace): () => void {
  return w.platform.clock.after(after, () => {
    for (const load of dialogs) void load().catch(() => undefined); // then it is loaded when it is wanted
  });
}

const dialogs: readonly (() => Promise<unknown>)[] = [
  modals.newMessage.load,
  modals.browseChannels.load,
  modals.createChannel.load,
  modals.removeMessage.load,
  modals.forward.load,
  () => import("../thread/thread_pane"),
  () => import("../composer/edit_composer"),
  () => import("../emoji/emoji_picker"),
];
