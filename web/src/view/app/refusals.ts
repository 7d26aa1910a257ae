import { effect } from "@preact/signals-core";
import { strings } from "../../i18n";
import type { App } from "../../state/app";

/** Says so when the server refuses a change that was made before the page was reloaded. */
export function watchRefusals(app: App): void {
  effect(() => {
    const undo = app.workspaces.value.map((w) =>
      w.operations.onRefused((code) => app.toasts.show({ text: strings.messages.actionFailed(code), tone: "danger" })),
    );
    return () => undo.forEach((f) => void f());
  });
}
