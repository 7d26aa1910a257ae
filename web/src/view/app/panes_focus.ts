/** F6 goes from pane to pane: into the field to write in, where there is one, else to the first thing. */
export function focusPane(by: 1 | -1): boolean {
  const panes = [...document.querySelectorAll<HTMLElement>("[data-pane]")];
  if (panes.length === 0) return false;
  const at = panes.findIndex((p) => p.contains(document.activeElement));
  for (let n = 1; n <= panes.length; n++) {
    const pane = panes[(at + by * n + panes.length * 2) % panes.length];
    if (pane && focusIn(pane)) return true;
  }
  return false;
}

const things =
  "[aria-current=page], [contenteditable=true], a[href], button:not(:disabled), input:not(:disabled), [tabindex='0']";

function focusIn(pane: HTMLElement): boolean {
  const current =
    pane.querySelector<HTMLElement>("[contenteditable=true]") ?? pane.querySelector<HTMLElement>("[aria-current=page]");
  const target = current ?? pane.querySelector<HTMLElement>(things);
  target?.focus();
  return target !== null && target !== undefined;
}
