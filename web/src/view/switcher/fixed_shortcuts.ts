import { shortcuts as t } from "../../i18n/en/shortcuts";
import type { Command } from "../../state/commands";

type Fixed = Pick<Command, "id" | "title" | "group" | "keys">;

/** Keys that belong to what has the focus, and are therefore nobody's command. */
export const fixedShortcuts: readonly Fixed[] = [
  { id: "send", title: t.send, group: "composer", keys: "Enter" },
  { id: "break", title: t.lineBreak, group: "composer", keys: "Shift+Enter" },
  { id: "edit_last", title: t.editLast, group: "composer", keys: "ArrowUp" },
];
