import { computed } from "@preact/signals-core";
import { type DependencyList, useMemo } from "react";
import { useValue } from "./use_value";

/**
 * What f makes of the signals that it reads. The component renders again when the
 * result is another one (by ===): let f give a string or number, or a value of a
 * signal, rather than a new object each time.
 */
export function useComputed<T>(f: () => T, deps: DependencyList): T {
  return useValue(useMemo(() => computed(f), deps));
}
