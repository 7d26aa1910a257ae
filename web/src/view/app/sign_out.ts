import { strings } from "../../i18n";
import type { App } from "../../state/app";
import type { Workspace } from "../../state/workspace";
import { openModal } from "./modals";

const t = strings.shell;

/** Signs out of the workspace; where messages wait to be sent it asks first, as they go with the session. */
export function askSignOut(app: App, w: Workspace): void {
  const unsent = w.outbox.pending.peek() + w.operations.pending.peek();
  const signOut = () => void app.signOut(w.id);
  if (unsent === 0) return signOut();
  openModal(app, "confirm", {
    title: t.signOutOf(w.team.peek().name),
    text: t.unsent(unsent),
    action: t.signOutAnyway,
    danger: true,
    onConfirm: signOut,
  });
}
