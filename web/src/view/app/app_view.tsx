import { lazy, Suspense, useEffect, useLayoutEffect } from "react";
import type { App } from "../../state/app";
import { accentHues } from "../../state/theme";
import { AppContext, WorkspaceContext } from "../hooks/app";
import { useValue } from "../hooks/use_value";
import { Shell } from "../shell/shell";
import { ToastList } from "../ui";
import { Attention } from "./attention";
import { ErrorBoundary } from "./error_boundary";
import { isTyping } from "./keys";
import { ModalStack } from "./modal_stack";

const AccountPages = lazy(() => import("../signin/account_pages").then((m) => ({ default: m.AccountPages })));

/** The whole client on a page. */
export function AppView({ app }: { readonly app: App }) {
  const route = useValue(app.route);
  const workspace = useValue(app.workspace);
  useTheme(app);
  useKeys(app);
  return (
    <AppContext value={app}>
      <ErrorBoundary>
        {route.page === "client" ? (
          workspace && (
            <WorkspaceContext value={workspace} key={workspace.id}>
              <Shell />
              <ModalStack />
            </WorkspaceContext>
          )
        ) : (
          <Suspense>
            <AccountPages route={route} />
          </Suspense>
        )}
      </ErrorBoundary>
      <Attention />
      <ToastList toasts={app.toasts} />
    </AppContext>
  );
}

function useTheme(app: App) {
  const choice = useValue(app.theme.choice);
  useLayoutEffect(() => {
    if (choice === "system") delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = choice;
  }, [choice]);
  const accent = useValue(app.theme.accent);
  useLayoutEffect(() => {
    document.documentElement.style.setProperty("--accent-hue", String(accentHues[accent]));
  }, [accent]);
}

/** Every key goes past the commands, unless what has the focus took it. */
function useKeys(app: App) {
  useEffect(() => {
    const down = (e: KeyboardEvent) => {
      if (e.defaultPrevented || e.isComposing) return;
      if (app.press(e, isTyping(e.target))) e.preventDefault();
    };
    window.addEventListener("keydown", down);
    return () => window.removeEventListener("keydown", down);
  }, [app]);
}
