import { type KeyboardEvent, useCallback } from "react";

const steps: Readonly<Record<string, number>> = { ArrowDown: 1, ArrowUp: -1, j: 1, k: -1 };

/** Arrow keys between the rows of a list: each row is [data-row]. Put it on what holds them. */
export function useRows(): (e: KeyboardEvent<HTMLElement>) => void {
  return useCallback((e) => {
    const step = steps[e.key];
    if (step === undefined || e.ctrlKey || e.metaKey || e.altKey) return;
    const target = e.target;
    if (
      !(target instanceof HTMLElement) ||
      target.isContentEditable ||
      /^(input|textarea|select)$/i.test(target.tagName)
    )
      return;
    const rows = [...e.currentTarget.querySelectorAll<HTMLElement>("[data-row]")];
    const at = rows.findIndex((row) => row === target || row.contains(target));
    const next = rows[Math.max(0, Math.min(rows.length - 1, at + step))];
    if (next === undefined) return;
    e.preventDefault();
    next.focus();
    next.scrollIntoView({ block: "nearest" });
  }, []);
}
