// The keys of a row that has the focus.

import type { KeyboardEvent } from "react";
import { isWritten } from "../../state/message_actions";
import type { MessageKey } from "../../state/timeline";
import type { MessageActions } from "./actions";
import type { MenuKind } from "./list_state";
import type { ScrollControl } from "./scroll";

/** What a key does at a row; keys with a modifier are the application's. */
export function rowKeys(actions: MessageActions, control: ScrollControl, keys: readonly MessageKey[]) {
  return (e: KeyboardEvent) => {
    if (e.ctrlKey || e.metaKey || e.altKey || !(e.target instanceof HTMLElement)) return;
    const id = e.target.dataset.key;
    if (id === undefined) return;
    if (move(e, id, keys, control) || act(e, id, e.target, actions)) {
      e.preventDefault();
      e.stopPropagation();
    }
  };
}

function move(e: KeyboardEvent, id: MessageKey, keys: readonly MessageKey[], control: ScrollControl): boolean {
  const at = keys.indexOf(id);
  const to = { ArrowUp: at - 1, ArrowDown: at + 1, k: at - 1, j: at + 1, Home: 0, End: keys.length - 1 }[e.key];
  if (to === undefined) return false;
  const key = keys[Math.min(Math.max(0, to), keys.length - 1)];
  if (key === undefined || key === id) return to >= 0;
  focusRow(control, key);
  return true;
}

/** The row that stands next to one. */
export function rowBeside(row: Element): Element | undefined {
  const rows = [...(row.closest("[role=log]")?.querySelectorAll("[data-key]") ?? [])];
  const at = rows.indexOf(row);
  return rows[at + 1] ?? rows[at - 1];
}

/** The list over which something floats: from there Tab comes to a row. */
export function listUnder(bar: Element): Element | null | undefined {
  return bar.parentElement?.querySelector("[role=log]");
}

/** The row may not be drawn yet where it is far: it is brought near first. */
function focusRow(control: ScrollControl, key: MessageKey): void {
  const find = () => control.scroller.current?.querySelector<HTMLElement>(`[data-key="${CSS.escape(key)}"]`);
  const row = find();
  if (row) {
    row.focus({ preventScroll: true });
    row.scrollIntoView({ block: "nearest" });
    return;
  }
  control.to(key, "center");
  requestAnimationFrame(() => requestAnimationFrame(() => find()?.focus({ preventScroll: true })));
}

function act(e: KeyboardEvent, id: MessageKey, row: HTMLElement, actions: MessageActions): boolean {
  const message = actions.state.timeline.message(id).peek();
  if (message === undefined || message.local !== undefined) return false;
  const open = (kind: MenuKind) => {
    actions.state.menu.value = { key: id, kind, anchor: row };
  };
  const written = isWritten(message);
  switch (e.key) {
    case "Enter":
    case "ContextMenu":
      open("all");
      return true;
    case "e":
      return actions.edit(id, message);
    case "Delete":
    case "Backspace":
      return actions.remove(message);
    case "u":
      if (!actions.state.inThread) actions.markUnread(message);
      return true;
    case "l":
      actions.copyLink(message);
      return true;
  }
  if (!written) return false;
  switch (e.key) {
    case "r":
      open("react");
      return true;
    case "t":
    case "ArrowRight":
      if (!actions.state.inThread) actions.reply(message);
      return true;
    case "f":
      actions.forward(message);
      return true;
    case "a":
      actions.save(message);
      return true;
    case "p":
      actions.pin(message);
      return true;
    case "m":
      open("remind");
      return true;
  }
  return false;
}
