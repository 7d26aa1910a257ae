import { type RefCallback, useCallback, useRef } from "react";

/**
 * A ref for what may go while somebody without a mouse is at it: its heir gets the focus then, where the page would.
 * The heir is looked for while all is still in its place.
 */
export function useHeir(heirOf: (gone: HTMLElement) => Element | null | undefined): RefCallback<HTMLElement> {
  const latest = useRef(heirOf);
  latest.current = heirOf;
  return useCallback((element) => {
    if (element === null) return;
    return () => {
      const { activeElement } = document;
      if (!element.contains(activeElement) || !activeElement?.matches(":focus-visible")) return;
      const heir = latest.current(element);
      // React tells nobody of a focus that moves while it changes the page.
      queueMicrotask(() => {
        if (document.activeElement === document.body && heir instanceof HTMLElement && heir.isConnected)
          heir.focus({ preventScroll: true });
      });
    };
  }, []);
}

/**
 * Remembers where the focus is, and where in a text it stands: the function
 * returned puts it there again. A text that is edited in place has the focus
 * without its caret otherwise, and what is typed goes nowhere.
 */
export function keepFocus(): () => void {
  const before = document.activeElement;
  const selection = document.getSelection();
  const range = selection && selection.rangeCount > 0 ? selection.getRangeAt(0).cloneRange() : undefined;
  return () => {
    if (!(before instanceof HTMLElement) || !before.isConnected) return;
    before.focus({ preventScroll: true });
    if (before.isContentEditable && range && before.contains(range.commonAncestorContainer)) {
      document.getSelection()?.removeAllRanges();
      document.getSelection()?.addRange(range);
    }
  };
}
