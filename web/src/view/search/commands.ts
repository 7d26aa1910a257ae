import { shortcuts as t } from "../../i18n/en/shortcuts";
import type { App } from "../../state/app";
import type { Command } from "../../state/commands";
import { openModal } from "../app/modals";

/** Looking for things: everywhere, and in the conversation that is open. */
export function searchCommands(app: App): Command[] {
  const here = () => {
    const main = app.client?.main;
    return main?.type === "channel" ? main.channel : undefined;
  };
  return [
    {
      id: "search",
      title: t.search,
      group: "navigation",
      keys: "Mod+G",
      whileTyping: true,
      run: () => openModal(app, "searchBox"),
    },
    {
      id: "search_here",
      title: t.searchHere,
      group: "navigation",
      keys: "Mod+F",
      whileTyping: true,
      run: () => {
        const channel = here();
        openModal(app, "searchBox", channel === undefined ? {} : { channel });
      },
    },
    {
      id: "administration",
      title: t.administration,
      group: "window",
      run: () => app.navigate({ main: { type: "admin", section: "" } }),
    },
    { id: "edit_profile", title: t.editProfile, group: "window", run: () => openModal(app, "profileEdit") },
  ];
}
