/**
 * The state of the pages and dialogs of one workspace: made when it is first asked for, kept up by the workspace's
 * events, and ended with it.
 */
import type { EventOf } from "../wire/events";
import type { Message } from "../wire/objects";
import { Activity } from "./activity";
import { Administration } from "./admin";
import { Browse } from "./browse";
import { DraftsView } from "./drafts_view";
import { Later } from "./later";
import type { Part } from "./parts";
import { Search } from "./search";
import { ThreadsView } from "./threads_view";
import { Unreads } from "./unreads";
import type { Workspace } from "./workspace";

/** How long several events that come together are waited for. */
const restBeforeAsking = 800;

/** Kept is a feature's state with what ends it. */
interface Kept<T> extends Part {
  readonly state: T;
}

/** kept ties a state to its undo functions. */
function kept<T extends object>(state: T & Part, ...undo: readonly (() => void)[]): Kept<T> {
  return {
    state,
    close: () => {
      for (const f of undo) f();
      state.close?.();
    },
  };
}

/** What a message event says: a new one, a changed one, or one that is gone. */
function onMessages(
  w: Workspace,
  posted: (channel: string, message: Message) => void,
  changed: (channel: string, message: Message) => void,
  deleted: (channel: string, ts: string) => void,
): () => void {
  return w.on("message", (event) => {
    switch (event.subtype) {
      case "message_changed":
        if (event.message !== undefined) changed(event.channel, event.message);
        return;
      case "message_deleted":
        if (event.deleted_ts !== undefined) deleted(event.channel, event.deleted_ts);
        return;
      case "message_replied":
        return;
      default:
        posted(event.channel, messageOf(event));
    }
  });
}

function messageOf(event: EventOf<"message">): Message {
  const { stream: _stream, seq: _seq, ...message } = event;
  return message as Message;
}

/** Shows messages with their reactions. */
export interface Reacting {
  reacted(channel: string, ts: string, name: string, user: string, on: boolean): void;
}

function onReactions(w: Workspace, shown: Reacting): () => void {
  const take = (on: boolean) => (event: EventOf<"reaction_added"> | EventOf<"reaction_removed">) =>
    shown.reacted(event.item.channel, event.item.ts, event.reaction, event.user, on);
  const undo = [w.on("reaction_added", take(true)), w.on("reaction_removed", take(false))];
  return () => {
    for (const f of undo) f();
  };
}

/** react shows one's own reaction, or its end, at once, and takes that back where the server refuses. */
export async function react(
  w: Workspace,
  shown: Reacting,
  channel: string,
  message: Message,
  name: string,
  wanted?: boolean,
): Promise<void> {
  const self = w.self.peek().id;
  const had = message.reactions?.some((r) => r.name === name && r.users.includes(self)) === true;
  const on = wanted ?? !had;
  if (on === had) return;
  shown.reacted(channel, message.ts, name, self, on);
  try {
    await w.operations.react(channel, message.ts, name, on);
  } catch (error) {
    shown.reacted(channel, message.ts, name, self, had);
    throw error;
  }
}

/** soon runs f once after the last of several calls. */
function soon(w: Workspace, f: () => void): { readonly ask: () => void; readonly stop: () => void } {
  let waiting: (() => void) | undefined;
  const stop = () => {
    waiting?.();
    waiting = undefined;
  };
  const ask = () => {
    stop();
    waiting = w.platform.clock.after(restBeforeAsking, () => {
      waiting = undefined;
      f();
    });
  };
  return { ask, stop };
}

const createThreads = (w: Workspace) => {
  const view = new ThreadsView(w.api);
  const self = () => w.self.peek().id;
  return kept(
    view,
    onMessages(
      w,
      (channel, message) =>
        view.threads.status.peek().state !== "idle" && view.posted(channel, message, message.user === self()),
      (channel, message) => view.changed(channel, message),
      (channel, ts) => view.deleted(channel, ts),
    ),
    onReactions(w, view),
    w.channels.onLost((channel) => view.threads.keep((thread) => thread.channel !== channel)),
    w.onRefresh(() => {
      if (view.threads.status.peek().state !== "idle") void view.threads.load();
    }),
  );
};
export const threadsViewOf = (w: Workspace): ThreadsView => w.part(createThreads).state;

const createUnreads = (w: Workspace) => {
  const unreads = new Unreads(w.api);
  return kept(
    unreads,
    onMessages(
      w,
      () => {},
      (channel, message) => unreads.changed(channel, message),
      (channel, ts) => unreads.deleted(channel, ts),
    ),
    onReactions(w, unreads),
    w.channels.onLost((channel) => unreads.lost(channel)),
  );
};
export const unreadsOf = (w: Workspace): Unreads => w.part(createUnreads).state;

const createActivity = (w: Workspace) => {
  const activity = new Activity(w.api);
  const again = soon(w, () => void activity.again());
  const isOpen = () => activity.lists[activity.tab.peek()].status.peek().state !== "idle";
  const concerns = (message: Message) => {
    const self = w.self.peek().id;
    return (
      message.user !== self &&
      (message.text.includes(`<@${self}`) || message.text.includes("<!") || message.thread_ts !== undefined)
    );
  };
  return kept(
    activity,
    again.stop,
    onMessages(
      w,
      (_channel, message) => isOpen() && concerns(message) && again.ask(),
      () => {},
      () => isOpen() && again.ask(),
    ),
    w.on("reaction_added", (event) => {
      if (isOpen() && event.item_user === w.self.peek().id && event.user !== event.item_user) again.ask();
    }),
    w.channels.onLost((channel) => {
      for (const list of Object.values(activity.lists)) list.keep((item) => item.channel !== channel);
    }),
    w.onRefresh(() => isOpen() && again.ask()),
  );
};
export const activityOf = (w: Workspace): Activity => w.part(createActivity).state;

const createLater = (w: Workspace) => {
  const later = new Later(w.api);
  const again = soon(w, () => void later.again());
  const ask = () => later.lists[later.tab.peek()].status.peek().state !== "idle" && again.ask();
  return kept(
    later,
    again.stop,
    w.on("saved_added", ask),
    w.on("saved_updated", ask),
    w.on("saved_removed", ask),
    w.on("saved_due", ask),
    w.on("saved_cleared", ask),
    w.channels.onLost(ask),
    w.onRefresh(ask),
  );
};
export const laterOf = (w: Workspace): Later => w.part(createLater).state;

const createDraftsView = (w: Workspace) => {
  const view = new DraftsView(w.api);
  const again = soon(w, () => view.tab.peek() === "drafts" && void view.drafts.load());
  const ask = () => view.drafts.status.peek().state !== "idle" && again.ask();
  return kept(
    view,
    again.stop,
    w.on("draft_create", ask),
    w.on("draft_update", ask),
    w.on("draft_delete", ask),
    w.channels.onLost((channel) => view.lost(channel)),
    w.onRefresh(ask),
  );
};
export const draftsViewOf = (w: Workspace): DraftsView => w.part(createDraftsView).state;

const createSearch = (w: Workspace) => {
  const search = new Search(w.api);
  return kept(
    search,
    w.channels.onLost((channel) => search.lost(channel)),
  );
};
export const searchOf = (w: Workspace): Search => w.part(createSearch).state;

const createBrowse = (w: Workspace) => {
  const browse = new Browse(w.api, w.channels);
  return kept(
    browse,
    w.channels.onLost((channel) => browse.channels.remove(channel)),
  );
};
export const browseOf = (w: Workspace): Browse => w.part(createBrowse).state;

const createAdministration = (w: Workspace) => kept<Administration>(new Administration(w.api));
export const administrationOf = (w: Workspace): Administration => w.part(createAdministration).state;
