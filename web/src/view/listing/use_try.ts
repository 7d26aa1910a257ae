import { useCallback, useState } from "react";
import { errors } from "../../i18n/errors";
import { codeOf } from "../../state/remote";
import { useApp } from "../hooks/app";

/** Runs what a person asked for; what fails is said in a toast. It answers whether it succeeded. */
export function useTry(): (work: () => Promise<unknown>) => Promise<boolean> {
  const app = useApp();
  return useCallback(
    async (work) => {
      try {
        await work();
        return true;
      } catch (error) {
        app.toasts.show({ text: errors.explain(codeOf(error)), tone: "danger" });
        return false;
      }
    },
    [app],
  );
}

export interface Doing {
  readonly busy: boolean;
  /** Why the last one failed. */
  readonly fault: string | undefined;
  run(work: () => Promise<unknown>): Promise<boolean>;
  clear(): void;
}

/** The same for forms: the fault stands beside the button that was pressed. */
export function useDoing(): Doing {
  const [busy, setBusy] = useState(false);
  const [fault, setFault] = useState<string>();
  const run = useCallback(async (work: () => Promise<unknown>) => {
    setBusy(true);
    setFault(undefined);
    try {
      await work();
      return true;
    } catch (error) {
      setFault(errors.explain(codeOf(error)));
      return false;
    } finally {
      setBusy(false);
    }
  }, []);
  const clear = useCallback(() => setFault(undefined), []);
  return { busy, fault, run, clear };
}
