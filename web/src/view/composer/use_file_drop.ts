import { type RefObject, useEffect, useRef, useState } from "react";

/** Takes files that are dropped anywhere on the pane around an element; true while some are held over it. */
export function useFileDrop(inside: RefObject<HTMLElement | null>, take: (files: File[]) => void): boolean {
  const [over, setOver] = useState(false);
  const latest = useRef(take);
  latest.current = take;
  useEffect(() => {
    const pane = inside.current?.closest<HTMLElement>("main, aside, dialog") ?? inside.current;
    if (!pane) return;
    let depth = 0;
    const holdsFiles = (e: DragEvent) => e.dataTransfer?.types.includes("Files") ?? false;
    const enter = (e: DragEvent) => {
      if (!holdsFiles(e)) return;
      depth++;
      setOver(true);
    };
    const leave = (e: DragEvent) => {
      if (holdsFiles(e) && --depth <= 0) setOver(false);
    };
    const hold = (e: DragEvent) => holdsFiles(e) && e.preventDefault();
    const drop = (e: DragEvent) => {
      depth = 0;
      setOver(false);
      const files = [...(e.dataTransfer?.files ?? [])];
      // The editor takes what is dropped on its text.
      if (files.length === 0 || e.defaultPrevented) return;
      e.preventDefault();
      latest.current(files);
    };
    pane.addEventListener("dragenter", enter);
    pane.addEventListener("dragleave", leave);
    pane.addEventListener("dragover", hold);
    pane.addEventListener("drop", drop);
    return () => {
      pane.removeEventListener("dragenter", enter);
      pane.removeEventListener("dragleave", leave);
      pane.removeEventListener("dragover", hold);
      pane.removeEventListener("drop", drop);
    };
  }, [inside]);
  return over;
}
