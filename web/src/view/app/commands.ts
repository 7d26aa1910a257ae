import { shortcuts as t } from "../../i18n/en/shortcuts";
import type { App } from "../../state/app";
import type { Command } from "../../state/commands";
import { codeOf } from "../../state/remote";
import type { PlainMain } from "../../state/route";
import { sidebarOf } from "../../state/sidebar";
import type { Workspace } from "../../state/workspace";
import { searchCommands } from "../search/commands";
import { openModal } from "./modals";
import { focusPane } from "./panes_focus";

/** What can be done wherever one is in a workspace. */
export function registerCommands(app: App, w: Workspace): () => void {
  return app.commands.register(
    ...dialogs(app),
    ...places(app),
    ...searchCommands(app),
    ...moves(app, w),
    ...workspaces(app),
    ...channelCommands(app, w),
  );
}

function dialogs(app: App): Command[] {
  return [
    {
      id: "switcher",
      title: t.switcher,
      group: "navigation",
      keys: ["Mod+K", "Mod+T"],
      unlisted: true,
      run: () => openModal(app, "switcher"),
    },
    { id: "shortcuts", title: t.sheet, group: "window", keys: ["Mod+/", "?"], run: () => openModal(app, "shortcuts") },
    {
      id: "preferences",
      title: t.preferences,
      group: "window",
      keys: "Mod+,",
      run: () => openModal(app, "preferences"),
    },
    {
      id: "new_message",
      title: t.newMessage,
      group: "navigation",
      keys: ["Mod+Shift+O", "Mod+N"],
      run: () => openModal(app, "newMessage"),
    },
    {
      id: "browse",
      title: t.browse,
      group: "navigation",
      keys: "Mod+Shift+L",
      run: () => openModal(app, "browseChannels"),
    },
    { id: "create_channel", title: t.createChannel, group: "conversation", run: () => openModal(app, "createChannel") },
    { id: "invite", title: t.invite, group: "window", run: () => openModal(app, "invite") },
    { id: "status", title: t.status, group: "window", keys: "Mod+Shift+Y", run: () => openModal(app, "status") },
    { id: "pause", title: t.pause, group: "window", run: () => openModal(app, "pause") },
    {
      id: "theme",
      title: t.theme,
      group: "window",
      run: () => app.theme.choose(app.theme.dark.peek() ? "light" : "dark"),
    },
  ];
}

function places(app: App): Command[] {
  const place = (main: PlainMain, title: string, keys?: string): Command => ({
    id: main,
    title,
    group: "navigation",
    ...(keys && { keys }),
    run: () => app.navigate({ main: { type: main } }),
  });
  return [
    place("unreads", t.unreads, "Mod+Shift+A"),
    place("threads", t.threads, "Mod+Shift+T"),
    place("activity", t.activity, "Mod+Shift+M"),
    place("later", t.later, "Mod+Shift+S"),
    place("drafts", t.drafts),
    place("people", t.people, "Mod+Shift+E"),
  ];
}

function moves(app: App, w: Workspace): Command[] {
  const step = (by: 1 | -1, onlyUnread: boolean) => () => {
    const order = sidebarOf(w).order.peek();
    const muted = w.channels.muted.peek();
    const main = app.client?.main;
    const here = main?.type === "channel" ? order.indexOf(main.channel) : by > 0 ? -1 : order.length;
    for (let n = 1; n <= order.length; n++) {
      const id = order[(here + by * n + order.length * 2) % order.length];
      if (!id) continue;
      const { unread, mentions } = w.unread.of(id).peek();
      if (onlyUnread && mentions === 0 && (!unread || muted.has(id))) continue;
      app.navigate({ main: { type: "channel", channel: id } });
      return true;
    }
    return false;
  };
  return [
    {
      id: "previous",
      title: t.previous,
      group: "navigation",
      keys: "Alt+ArrowUp",
      unlisted: true,
      run: step(-1, false),
    },
    { id: "next", title: t.next, group: "navigation", keys: "Alt+ArrowDown", unlisted: true, run: step(1, false) },
    {
      id: "previous_unread",
      title: t.previousUnread,
      group: "navigation",
      keys: "Alt+Shift+ArrowUp",
      unlisted: true,
      run: step(-1, true),
    },
    {
      id: "next_unread",
      title: t.nextUnread,
      group: "navigation",
      keys: "Alt+Shift+ArrowDown",
      unlisted: true,
      run: step(1, true),
    },
    { id: "back", title: t.back, group: "navigation", keys: "Mod+[", unlisted: true, run: () => app.back() },
    { id: "forward", title: t.forward, group: "navigation", keys: "Mod+]", unlisted: true, run: () => app.forward() },
    {
      id: "next_pane",
      title: t.nextPane,
      group: "window",
      keys: "F6",
      unlisted: true,
      whileTyping: true,
      run: () => focusPane(1),
    },
    {
      id: "previous_pane",
      title: t.previousPane,
      group: "window",
      keys: "Shift+F6",
      unlisted: true,
      whileTyping: true,
      run: () => focusPane(-1),
    },
    {
      id: "close_side",
      title: t.closeSide,
      group: "window",
      keys: "Escape",
      whileTyping: true,
      unlisted: true,
      when: () => app.client?.side !== undefined,
      run: () => app.navigate({ side: null }),
    },
    {
      id: "panel",
      title: t.toggleSidebar,
      group: "window",
      keys: "Mod+Shift+D",
      run: () => {
        const { panel } = sidebarOf(w);
        panel.value = panel.peek() === "dms" ? "home" : "dms";
      },
    },
    {
      id: "mark_all_read",
      title: t.markAllRead,
      group: "conversation",
      keys: "Shift+Escape",
      run: () => void w.unread.markAll().catch(() => undefined),
    },
  ];
}

function workspaces(app: App): Command[] {
  return Array.from({ length: 9 }, (_, i) => ({
    id: `workspace_${i + 1}`,
    title: t.workspace,
    group: "navigation" as const,
    keys: [`Ctrl+${i + 1}`, `Alt+${i + 1}`],
    unlisted: true,
    when: () => app.sessions.peek().length > i,
    run: () => {
      const session = app.sessions.peek()[i];
      if (session && session.team_id !== app.client?.team)
        app.navigate({ team: session.team_id, main: { type: "home" } });
    },
  }));
}

/** Of the conversation that is open. */
function channelCommands(app: App, w: Workspace): Command[] {
  const open = () => {
    const main = app.client?.main;
    return main?.type === "channel" ? main.channel : undefined;
  };
  const when = () => open() !== undefined;
  const on = (f: (id: string) => unknown) => () => {
    const id = open();
    return id === undefined ? false : f(id);
  };
  return [
    {
      id: "details",
      title: t.details,
      group: "conversation",
      keys: "Mod+Shift+I",
      when,
      run: on((channel) => app.navigate({ side: { type: "details", channel } })),
    },
    {
      id: "star",
      title: t.star,
      group: "conversation",
      when,
      run: on((id) => {
        const starring = w.channels.star(id, !w.channels.starred.peek().has(id));
        starring.catch((e: unknown) => w.operations.tell(codeOf(e)));
      }),
    },
  ];
}
