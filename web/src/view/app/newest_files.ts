import { strings } from "../../i18n";
import type { App } from "../../state/app";

const lookEvery = 600_000; // ms

/**
 * Installs the service worker, and says so when the server has another version: asked for when one comes back to the
 * page, and when a file of this version can't be had. That may be for want of a server, which is no reason to reload.
 */
export function watchFiles(app: App): void {
  const offer = () =>
    app.toasts.show({
      text: strings.shell.updateReady,
      action: { label: strings.shell.reload, run: () => window.location.reload() },
    });
  let asking = false;
  const ask = async () => {
    if (asking) return;
    asking = true;
    if (await newVersion()) offer();
    asking = false;
  };
  window.addEventListener("vite:preloadError", () => void ask());
  let looked = performance.now();
  app.platform.onVisible((visible) => {
    if (!visible || !import.meta.env.PROD || performance.now() - looked < lookEvery) return;
    looked = performance.now();
    void ask();
  });
  if (!import.meta.env.PROD || !("serviceWorker" in navigator)) return;
  // Without it all works but for starting offline; and as it loads files, it comes after what is looked at.
  void app.seen.then(() => navigator.serviceWorker.register("/sw.js")).catch(() => undefined);
}

/** Whether the server's page names other scripts than this one does. */
async function newVersion(): Promise<boolean> {
  const here = [...document.querySelectorAll('script[src^="/assets/"]')].map((s) => s.getAttribute("src")).join();
  try {
    const answer = await fetch("/", { cache: "no-cache", signal: AbortSignal.timeout(10_000) });
    if (!answer.ok) return false;
    const there = [...(await answer.text()).matchAll(/ src="(\/assets\/[^"]+)"/g)].map((found) => found[1]).join();
    return there !== "" && here !== "" && there !== here;
  } catch {
    return false; // asked again when one comes back
  }
}
