import type { Workspace } from "../../state/workspace";

const after = 4_000; // what is on the screen goes first

/** Loads what opens by a key, so that nothing typed after the key is lost to a chunk that is on its way. */
export function warm(w: Workspace): () => void {
  return w.platform.clock.after(after, () => {
    for (const load of dialogs) void load().catch(() => undefined); // then it is loaded when it is wanted
  });
}

const dialogs: readonly (() => Promise<unknown>)[] = [
  () => import("../switcher/new_message_modal"),
  () => import("../browse/browse_modal"),
  () => import("../create_channel/create_channel_modal"),
  () => import("../thread/thread_pane"),
];
