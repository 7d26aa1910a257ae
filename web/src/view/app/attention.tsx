import { useEffect } from "react";
import { strings } from "../../i18n";
import type { App } from "../../state/app";
import { channelTitle } from "../../state/channel_title";
import { notify } from "../../state/notifications";
import { useApp } from "../hooks/app";
import { useComputed } from "../hooks/use_computed";
import { useValue } from "../hooks/use_value";
import { chime } from "./chime";

/** What calls a person who looks elsewhere: notifications, the window's title and its sign. Draws nothing. */
export function Attention() {
  const app = useApp();
  const workspaces = useValue(app.workspaces);
  useEffect(() => {
    const undo = workspaces.map((w) => notify(app, w, chime));
    return () => {
      for (const f of undo) f();
    };
  }, [app, workspaces]);
  useTitle(app);
  useSign(app);
  return null;
}

function useTitle(app: App) {
  const title = useComputed(() => {
    const route = app.route.value;
    const w = app.workspace.value;
    if (route.page !== "client" || !w) return undefined;
    const { mentions, unread } = w.unread.total.value;
    const mark = mentions > 0 ? `(${mentions}) ` : unread ? "• " : "";
    return mark + [placeOf(), w.team.value.name, strings.common.product].filter(Boolean).join(" · ");

    function placeOf(): string {
      if (!w || route.page !== "client") return "";
      const { main } = route;
      switch (main.type) {
        case "home":
          return "";
        case "channel": {
          const channel = w.channels.get(main.channel).value;
          return channel && !channel.is_im && !channel.is_mpim
            ? `#${channelTitle(w, channel)}`
            : channelTitle(w, channel);
        }
        case "search":
          return strings.shell.search;
        case "admin":
          return strings.shell.admin;
        default:
          return strings.shell[main.type];
      }
    }
  }, [app]);
  useEffect(() => {
    if (title !== undefined) document.title = title;
  }, [title]);
}

/** The favicon and the installed application's badge. */
function useSign(app: App) {
  const mentions = useComputed(
    () => app.workspaces.value.reduce((n, w) => n + w.unread.total.value.mentions, 0),
    [app],
  );
  const unread = useComputed(() => app.workspaces.value.some((w) => w.unread.total.value.unread), [app]);
  useEffect(() => {
    const icon = document.querySelector<HTMLLinkElement>("link[rel=icon]");
    if (icon) icon.href = mentions > 0 ? "/icon-mention.svg" : unread ? "/icon-unread.svg" : "/icon.svg";
    if ("setAppBadge" in navigator) void navigator.setAppBadge(mentions).catch(() => undefined);
  }, [mentions, unread]);
}
