import { createContext, useContext } from "react";
import type { App } from "../../state/app";
import type { Workspace } from "../../state/workspace";

export const AppContext = createContext<App | null>(null);
export const WorkspaceContext = createContext<Workspace | null>(null);

export function useApp(): App {
  const app = useContext(AppContext);
  if (!app) throw new Error("outside of the application");
  return app;
}

/** The application, where there is one: parts that are drawn in tests by themselves have none. */
export function useOptionalApp(): App | null {
  return useContext(AppContext);
}

/** The workspace that is shown. */
export function useWorkspace(): Workspace {
  const workspace = useContext(WorkspaceContext);
  if (!workspace) throw new Error("outside of a workspace");
  return workspace;
}
