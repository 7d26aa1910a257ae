import "@fontsource-variable/inter/wght.css";
import "./view/theme/tokens.css";
import "./view/theme/base.css";
import { signal } from "@preact/signals-core";
import { createRoot } from "react-dom/client";
import { ahead, platform } from "./early";
import { type AddressBar, App } from "./state/app";
import { AppView } from "./view/app/app_view";
import { watchFiles } from "./view/app/newest_files";
import { watchRefusals } from "./view/app/refusals";
import { watchTheme } from "./view/app/theme";

const address: AddressBar = {
  read: () => window.location,
  push: (path) => window.history.pushState(null, "", path),
  replace: (path) => window.history.replaceState(null, "", path),
  back: () => window.history.back(),
  forward: () => window.history.forward(),
  onChange: (f) => {
    window.addEventListener("popstate", f);
    return () => window.removeEventListener("popstate", f);
  },
};

const dark = window.matchMedia("(prefers-color-scheme: dark)");
const systemDark = signal(dark.matches);
dark.addEventListener("change", () => {
  systemDark.value = dark.matches;
});

// The page of one's account is among the preferences.
const accountAsked = window.location.pathname === "/account";

const app = new App({
  platform,
  ahead,
  address,
  mac: /Mac|iPhone|iPad/.test(navigator.platform),
  systemDark,
});

window.addEventListener("storage", (e) => {
  if (e.key === "taut.sessions") app.sessionsChanged();
});

watchTheme(app.theme);
watchFiles(app);
watchRefusals(app);
if (accountAsked && app.workspace.peek()) app.overlays.open("preferences", { section: "account" });

const root = document.getElementById("root");
// What the device keeps comes in a moment: it is drawn at once, and not after a page without it.
if (root) void app.opened.then(() => createRoot(root).render(<AppView app={app} />));
