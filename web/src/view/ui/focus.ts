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
