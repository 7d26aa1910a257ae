// A long press on a row opens its menu, where there is no pointer to hover.

import { type PointerEvent, useRef } from "react";
import { isTs, type ListState } from "./list_state";

const longPressMs = 450;
const still = 8; // pixels that a finger may move meanwhile
const clickMs = 400; // the click of a finger that was lifted comes within this

export function useLongPress(state: ListState) {
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const from = useRef({ x: 0, y: 0 });
  const stop = () => clearTimeout(timer.current);
  return {
    onPointerDown: (e: PointerEvent) => {
      if (e.pointerType !== "touch" || !(e.target instanceof Element)) return;
      const row = e.target.closest<HTMLElement>("[data-key]");
      const key = row?.dataset.key;
      // What is on its way to the server has no menu yet.
      if (row === null || key === undefined || !isTs(key) || e.target.closest("video, audio, [contenteditable]"))
        return;
      from.current = { x: e.clientX, y: e.clientY };
      stop();
      timer.current = setTimeout(() => {
        swallowClick();
        state.menu.value = { key, kind: "all", anchor: row };
      }, longPressMs);
    },
    onPointerMove: (e: PointerEvent) => {
      if (Math.abs(e.clientX - from.current.x) + Math.abs(e.clientY - from.current.y) > still) stop();
    },
    onPointerUp: stop,
    onPointerCancel: stop,
  };
}

/** Lifting the finger is no press on what has come to lie under it. */
function swallowClick(): void {
  const swallow = (e: Event) => {
    e.preventDefault();
    e.stopPropagation();
  };
  const ends = ["touchend", "touchcancel"] as const;
  const lifted = () => {
    for (const end of ends) document.removeEventListener(end, lifted, true);
    setTimeout(() => document.removeEventListener("click", swallow, true), clickMs);
  };
  document.addEventListener("click", swallow, true);
  for (const end of ends) document.addEventListener(end, lifted, true);
}
