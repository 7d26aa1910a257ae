import { useMemo } from "react";
import { preferences as t } from "../../i18n/en/preferences";
import { useApp, useWorkspace } from "../hooks/app";
import { useValue } from "../hooks/use_value";

/** A preference and what sets it; a failure is told. */
export function usePref<T>(name: string, fallback: T): readonly [T, (value: T) => void] {
  const w = useWorkspace();
  const attempt = useAttempt();
  const value = useValue(useMemo(() => w.prefs.get(name, fallback), [w, name, fallback]));
  return [value, (next) => attempt(w.prefs.set(name, next))];
}

/** Tells when something that was tried did not succeed. */
export function useAttempt(): (doing: Promise<unknown>) => void {
  const app = useApp();
  return (doing) => void doing.catch(() => app.toasts.show({ text: t.failed, tone: "danger" }));
}
