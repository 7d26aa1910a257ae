// Dialogs whose code comes when they are first opened. What is typed meanwhile is
// meant for their field: it is kept from whatever else has the focus, and typed there.

import { type ComponentType, useEffect, useLayoutEffect, useState } from "react";
import { keepFocus } from "../ui";

interface Closable {
  readonly close: () => void;
}

type Late<P> = ComponentType<P> & { readonly load: () => Promise<unknown> };

/** A dialog that is loaded by load, once: from then on it is there in the same frame. */
export function late<P extends Closable>(load: () => Promise<ComponentType<P>>): Late<P> {
  let loaded: ComponentType<P> | undefined;
  const get = async () => {
    loaded ??= await load();
    return loaded;
  };
  function LateDialog(props: P) {
    const { close } = props;
    const [Dialog, setDialog] = useState(() => loaded);
    useEffect(() => {
      if (Dialog !== undefined) return;
      let gone = false;
      get().then(
        (found) => !gone && setDialog(() => found),
        () => !gone && close(), // newest_files.ts offers to reload, if that helps
      );
      return () => {
        gone = true;
      };
    }, [Dialog, close]);
    return Dialog === undefined ? <KeyKeeper close={close} /> : <Dialog {...props} />;
  }
  return Object.assign(LateDialog, { load: get });
}

/** Stands in for a dialog until it is there. */
function KeyKeeper({ close }: Closable) {
  useLayoutEffect(() => keepKeys(close), [close]);
  return null;
}

/** Takes all keys until the function returned is called; then what they wrote is typed where the focus is. */
function keepKeys(close: () => void): () => void {
  const restoreFocus = keepFocus();
  let text = "";
  const down = (e: KeyboardEvent) => {
    if (e.ctrlKey || e.metaKey) return;
    e.preventDefault();
    e.stopImmediatePropagation();
    if (e.key === "Escape") close();
    else if (e.key === "Backspace") text = text.replace(/.$/su, "");
    else if ([...e.key].length === 1) text += e.key;
  };
  window.addEventListener("keydown", down, true);
  // An input method, or a paste, would go to what has the focus whatever becomes of its keys.
  if (document.activeElement instanceof HTMLElement) document.activeElement.blur();
  return () => {
    // The dialog gives the focus back to where it finds it.
    restoreFocus();
    queueMicrotask(() => {
      window.removeEventListener("keydown", down, true);
      // A browser's own way of typing: the field's events are those of a person's keys.
      if (text !== "" && document.activeElement?.closest("dialog")) document.execCommand("insertText", false, text);
    });
  };
}
