import type { Channel, User } from "../wire/objects";
import { nameOf } from "./users";
import type { Workspace } from "./workspace";

/**
 * What a conversation is called: a channel by its name, a direct message by the
 * people in it. Reads signals: call it in a computed or useComputed.
 */
export function channelTitle(w: Workspace, c: Channel | undefined): string {
  if (!c) return "";
  if (c.is_im) return nameOf(w.users.get(c.user ?? "").value);
  if (c.is_mpim) return groupTitle(w, c);
  return c.name ?? "";
}

/** The user whom a direct message is with. */
export function partner(w: Workspace, c: Channel | undefined): User | undefined {
  return c?.is_im && c.user ? w.users.get(c.user).value : undefined;
}

function groupTitle(w: Workspace, c: Channel): string {
  const others = w.channels.members(c.id).ids.value.filter((id) => id !== w.self.value.id);
  if (others.length > 0) return others.map((id) => nameOf(w.users.get(id).value)).join(", ");
  return handles(c.name ?? "")
    .filter((handle) => handle !== w.self.value.name)
    .join(", ");
}

/** "mpdm-ada--ben--cleo-1" names those who are in it. */
function handles(name: string): string[] {
  return name
    .replace(/^mpdm-/, "")
    .replace(/-\d+$/, "")
    .split("--");
}
