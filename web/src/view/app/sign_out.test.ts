import { signal } from "@preact/signals-core";
import { afterEach, expect, test } from "vitest";
import { App } from "../../state/app";
import type { Workspace } from "../../state/workspace";
import { Device } from "../../testing/platform";
import { askSignOut } from "./sign_out";

let app: App;
afterEach(() => app.close());

/** Somebody who is signed in, and has no network. */
function start(): Workspace {
  const platform = new Device().tab({ fetch: () => Promise.reject(new TypeError("no network")), socket: () => {} });
  const session = { token: "xoxc-1", team_id: "T1", team: "Team", domain: "team", user: "ann" };
  platform.local.setItem("taut.sessions", JSON.stringify([session]));
  const at = { pathname: "/client/T1/C1", search: "", hash: "" };
  const none = () => {};
  const address = { read: () => at, push: none, replace: none, back: none, forward: none, onChange: () => none };
  app = new App({ platform, address, mac: false, systemDark: signal(false) });
  const w = app.workspace.peek();
  if (!w) throw new Error("no workspace");
  return w;
}

test("with nothing unsent it signs out at once", async () => {
  const w = start();
  askSignOut(app, w);
  expect(app.overlays.stack.peek()).toEqual([]);
  await expect.poll(() => app.sessions.peek()).toEqual([]);
});

test("with unsent messages it asks, says how many, and leaves them until one agrees", async () => {
  const w = start();
  w.outbox.send("C1", { text: "one" });
  w.outbox.send("C1", { text: "two" });
  askSignOut(app, w);
  const props = app.overlays.stack.peek()[0]?.props as { text: string; onConfirm: () => void };
  expect(props.text).toContain("2 messages and changes have not been sent");
  expect(app.sessions.peek()).toHaveLength(1);
  expect(w.outbox.pending.peek()).toBe(2);
  props.onConfirm();
  await expect.poll(() => app.sessions.peek()).toEqual([]);
});
