import { createContext, type RefObject, useContext, useEffect, useLayoutEffect, useState } from "react";
import { type Placement, place, type Rect } from "./place";

/**
 * Where floating things are put: the page, or the dialog that is open, as all
 * outside of it is inert.
 */
export const LayerContext = createContext<HTMLElement | null>(null);

export function useLayerRoot(): HTMLElement {
  return useContext(LayerContext) ?? document.body;
}

/** What a floating box belongs to: an element, or a point or box of the window. */
export type Anchor = Element | Rect;

function rectOf(anchor: Anchor): Rect {
  if (!("getBoundingClientRect" in anchor)) return anchor;
  return anchor.getBoundingClientRect();
}

/** Puts a box into the browser's top layer and keeps it beside its anchor. */
export function usePlaced(box: RefObject<HTMLElement | null>, anchor: Anchor, placement: Placement, gap: number): void {
  useLayoutEffect(() => {
    const element = box.current;
    if (!element) return;
    if (typeof element.showPopover === "function") element.showPopover();
    const put = () => {
      const size = { width: element.offsetWidth, height: element.offsetHeight };
      const at = place(rectOf(anchor), size, { width: window.innerWidth, height: window.innerHeight }, placement, gap);
      element.style.setProperty("--left", `${at.left}px`);
      element.style.setProperty("--top", `${at.top}px`);
      element.dataset.side = at.side;
    };
    put();
    const sizes = new ResizeObserver(put);
    sizes.observe(element);
    window.addEventListener("resize", put);
    // What holds the anchor may have been on its way to its place.
    const arrived = (e: AnimationEvent) => {
      if (anchor instanceof Element && e.target instanceof Element && e.target.contains(anchor)) put();
    };
    document.addEventListener("animationend", arrived);
    return () => {
      sizes.disconnect();
      window.removeEventListener("resize", put);
      document.removeEventListener("animationend", arrived);
    };
  }, [box, anchor, placement, gap]);
}

/** Closes what floats when a person presses Escape or points elsewhere. */
export function useDismiss(box: RefObject<HTMLElement | null>, anchor: Anchor, close: () => void): void {
  useEffect(() => {
    const key = (e: KeyboardEvent) => {
      if (e.key !== "Escape" || e.defaultPrevented) return;
      e.preventDefault();
      e.stopPropagation();
      close();
    };
    const press = (e: PointerEvent) => {
      if (!(e.target instanceof Node) || box.current?.contains(e.target)) return;
      if (anchor instanceof Element && anchor.contains(e.target)) return;
      if (isAbove(e.target, box.current)) return;
      close();
    };
    document.addEventListener("keydown", key, true);
    document.addEventListener("pointerdown", press, true);
    return () => {
      document.removeEventListener("keydown", key, true);
      document.removeEventListener("pointerdown", press, true);
    };
  }, [box, anchor, close]);
}

/** A menu that a popover opened lies after it in the document, and does not close it. */
function isAbove(target: Node, box: HTMLElement | null): boolean {
  const floating = target instanceof Element ? target.closest("[popover]") : null;
  return Boolean(floating && box && box.compareDocumentPosition(floating) & Node.DOCUMENT_POSITION_FOLLOWING);
}

const focusable =
  "a[href], button:not(:disabled), input:not(:disabled), select:not(:disabled), textarea:not(:disabled), [tabindex]:not([tabindex='-1']), [contenteditable=true]";

/** Focus goes in when the box opens and back to where it was when it closes. */
export function useFocusInside(box: RefObject<HTMLElement | null>, wanted: boolean): void {
  useLayoutEffect(() => {
    const element = box.current;
    if (!element || !wanted) return;
    const before = document.activeElement;
    const first =
      element.querySelector<HTMLElement>("[data-autofocus]") ??
      element.querySelector<HTMLElement>(focusable) ??
      element;
    first.focus({ preventScroll: true });
    return () => {
      const inside = element.contains(document.activeElement) || document.activeElement === document.body;
      if (inside && before instanceof HTMLElement) before.focus({ preventScroll: true });
    };
  }, [box, wanted]);
}

/** Which element something floats at, while it does. */
export function useAnchor() {
  const [anchor, setAnchor] = useState<Anchor | null>(null);
  return {
    anchor,
    open: (to: Anchor) => setAnchor(to),
    close: () => setAnchor(null),
    toggle: (to: Anchor) => setAnchor((now) => (now ? null : to)),
  };
}
