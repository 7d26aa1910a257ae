// @vitest-environment happy-dom
import { signal } from "@preact/signals-core";
import type { ReactNode } from "react";
import { afterEach, expect, it } from "vitest";
import { strings } from "../../i18n";
import { type Drawn, draw, fakeWorkspace } from "../../testing/stage";
import { DetailsPane } from "../channel_details/details_pane";
import { ThreadPane } from "../thread/thread_pane";

let drawn: Drawn | undefined;
afterEach(() => drawn?.undo());

/** What stands in a pane of a channel that the caller has lost. */
function lost(pane: ReactNode): HTMLElement {
  const w = fakeWorkspace();
  Object.assign(w.channels, { missing: () => signal(true) });
  Object.assign(w.threads, { of: () => ({ error: signal(undefined), messages: signal([]) }) });
  drawn = draw(pane, w);
  return drawn.root;
}

it("the details of a channel that is lost say so", () => {
  expect(lost(<DetailsPane channel="C9Z" />).textContent).toContain(strings.shell.noChannelText);
});

it("a thread of a channel that is lost says so, and nothing can be written there", () => {
  const pane = lost(<ThreadPane channel="C9Z" ts="1.000000" />);
  expect(pane.textContent).toContain(strings.messages.threadGoneText);
  expect(pane.textContent).not.toContain("#");
  expect(pane.querySelector("[contenteditable], textarea")).toBeNull();
});
