import { lazy, Suspense, useEffect } from "react";
import type { App } from "../../state/app";
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
