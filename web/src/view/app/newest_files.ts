import { strings } from "../../i18n";
import type { App } from "../../state/app";

/** Installs the service worker, and says so when the files of this version are gone from the server. */
export function watchFiles(app: App): void {
  window.addEventListener("vite:preloadError", () => {
    app.toasts.show({
      text: strings.shell.updateReady,
      action: { label: strings.shell.reload, run: () => window.location.reload() },
    });
  });
  if (!import.meta.env.PROD || !("serviceWorker" in navigator)) return;
  window.addEventListener("load", () => {
    navigator.serviceWorker.register("/sw.js").catch(() => undefined); // without it all works but for starting offline
  });
}
