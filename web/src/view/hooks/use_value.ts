import { effect, type ReadonlySignal } from "@preact/signals-core";
import { useCallback, useSyncExternalStore } from "react";

/** The value of a signal; the component renders again when it changes. */
export function useValue<T>(signal: ReadonlySignal<T>): T {
  const subscribe = useCallback(
    (changed: () => void) =>
      effect(() => {
        signal.value;
        changed();
      }),
    [signal],
  );
  const now = () => signal.peek();
  // The second is for markup that is made without a document.
  return useSyncExternalStore(subscribe, now, now);
}
