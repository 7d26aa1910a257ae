import { signal } from "@preact/signals-core";
import { afterEach, expect, test } from "vitest";
import { Device } from "../testing/platform";
import { type AddressBar, App } from "./app";
import { recentEmoji } from "./emoji_recent";
import type { Session } from "./session";
import { readSessions } from "./session_store";

/** The address bar of a browser, with its history. */
class Bar implements AddressBar {
  readonly visited: string[];
  #at = 0;
  #changed = () => {};

  constructor(path: string) {
    this.visited = [path];
  }

  get path(): string {
    return this.visited[this.#at] ?? "";
  }

  read = () => new URL(this.path, "http://taut.test");
  push = (path: string) => {
    this.visited.splice(++this.#at, Number.POSITIVE_INFINITY, path);
  };
  replace = (path: string) => {
    this.visited[this.#at] = path;
  };
  back = () => this.#go(-1);
  forward = () => this.#go(1);
  onChange = (f: () => void) => {
    this.#changed = f;
    return () => {};
  };

  #go(by: number): void {
    this.#at = Math.max(0, Math.min(this.#at + by, this.visited.length - 1));
    this.#changed();
  }
}

const session = (team: string, user = "ada"): Session => ({
  token: `xoxc-${team}-${user}`,
  team_id: team,
  team,
  domain: team,
  user,
});

const open: App[] = [];
afterEach(() => {
  for (const app of open.splice(0)) app.close();
});

function start(path: string, ...signedIn: Session[]) {
  const platform = new Device().tab({ fetch: () => Promise.reject(new TypeError("no network")), socket: () => {} });
  platform.local.setItem("taut.sessions", JSON.stringify(signedIn));
  const bar = new Bar(path);
  const app = new App({ platform, address: bar, mac: false, systemDark: signal(false) });
  open.push(app);
  return { app, bar, platform, local: platform.local, tab: platform.session };
}

test("who is not signed in is asked to, and comes back to where they wanted", () => {
  const { app, bar } = start("/client/T1/C1");
  expect(app.route.value).toMatchObject({ page: "signin", next: "/client/T1/C1" });
  app.enter(session("T1"), "/client/T1/C1");
  expect(bar.path).toBe("/client/T1/C1");
  expect(app.workspace.value?.id).toBe("T1");
});

test("nothing is drawn before the device is read; where there is nothing to read it is not waited for", async () => {
  await start("/signin").app.opened;
  const { app } = start("/client/T1/C1", session("T1"));
  let isOpen = false;
  void app.opened.then(() => {
    isOpen = true;
  });
  await Promise.resolve();
  expect(isOpen).toBe(false);
  await expect.poll(() => isOpen).toBe(true);
});

test("a message's link is kept through signing in", () => {
  for (const path of ["/archives/C1/p1700000000000100", "/archives/C1/p1700000000000200?thread_ts=1700000000.000100"]) {
    const { app, bar } = start(path);
    expect(app.route.value).toMatchObject({ page: "signin", next: path });
    expect(bar.path).toBe(`/signin?next=${encodeURIComponent(path)}`);
    app.enter(session("T1"), path);
    expect(app.client).toMatchObject({ team: "T1", main: { channel: "C1", at: "1700000000.000100" } });
  }
});

test("another workspace's address is not gone to after signing in elsewhere", () => {
  const { app, bar } = start("/client/T1/C1");
  app.enter(session("T2"), "/client/T1/C1");
  expect(bar.path).toBe("/client/T2");
});

test("without a workspace in the address it is the tab's last one", () => {
  const { app, tab } = start("/", session("T1"), session("T2"));
  expect(app.client?.team).toBe("T1");
  app.navigate({ team: "T2", main: { type: "home" } });
  expect(tab.getItem("taut.team")).toBe("T2");
});

test("another main pane closes the side pane; the side alone leaves the main one", () => {
  const { app, bar } = start("/client/T1/C1", session("T1"));
  app.navigate({ side: { type: "profile", user: "U2" } });
  expect(bar.path).toBe("/client/T1/C1?side=profile:U2");
  app.navigate({ main: { type: "threads" } });
  expect(bar.path).toBe("/client/T1/threads");
  app.navigate({ side: { type: "thread", channel: "C1", ts: "1.000001" } });
  app.navigate({ side: null });
  expect(bar.path).toBe("/client/T1/threads");
});

test("back is where one was, and home where that was outside", () => {
  const { app, bar } = start("/client/T1/C1", session("T1"));
  app.navigate({ main: { type: "later" } });
  app.back();
  expect(bar.path).toBe("/client/T1/C1");
  app.back();
  expect(bar.path).toBe("/client/T1");
});

test("going to where one is makes no step in the history", () => {
  const { app, bar } = start("/client/T1/C1", session("T1"));
  app.navigate({ main: { type: "channel", channel: "C1" } });
  expect(bar.visited).toHaveLength(1);
});

test("signing out takes the workspace away and shows the next, then the page to sign in", async () => {
  const { app, bar, local } = start("/client/T1/C1", session("T1"), session("T2"));
  await app.signOut("T1");
  expect(app.client?.team).toBe("T2");
  expect(local.getItem("taut.sessions")).not.toContain("T1");
  await app.signOut("T2");
  expect(bar.path).toBe("/signin?workspace=T2");
  expect(app.workspaces.value).toEqual([]);
});

test("what another tab signed out of goes here too", async () => {
  const { app, local } = start("/client/T1/C1", session("T1"), session("T2"));
  local.setItem("taut.sessions", JSON.stringify([session("T2")]));
  app.sessionsChanged();
  await expect.poll(() => app.client?.team).toBe("T2");
});

test("somebody else who signs in to the same workspace takes the place, and nothing of theirs goes", async () => {
  const { app, local, platform } = start("/client/T1/C1", session("T1", "ines"));
  const names = async () => ((await platform.indexedDB?.databases()) ?? []).map((d) => d.name);
  await expect.poll(names).toContain("taut.T1.ines");
  local.setItem("taut.recent.T1.ines", "D1");
  const emoji = () => app.workspace.value && recentEmoji(app.workspace.value);
  emoji()?.use("moon");
  local.setItem("taut.signs.T1.ines/tab-1", "1");
  local.setItem("taut.signs.T1.leo/tab-1", "1");
  const kept = () => Array.from({ length: local.length }, (_, i) => local.key(i) ?? "");
  expect(kept()).toContain("taut.emoji.T1.ines");
  local.setItem("taut.sessions", JSON.stringify([session("T1", "leo")]));
  app.sessionsChanged();
  await expect.poll(names).not.toContain("taut.T1.ines");
  expect(readSessions(local).map((s) => s.user)).toEqual(["leo"]);
  expect(app.workspace.value?.session.user).toBe("leo");
  expect(kept().filter((name) => name.includes("ines"))).toEqual([]);
  expect(kept()).toContain("taut.signs.T1.leo/tab-1");
  expect(emoji()?.list.value).not.toContain("moon");
});

test("over another person's session their data goes from the device", async () => {
  const { app, platform } = start("/client/T1/C1", session("T1", "ines"));
  const names = async () => ((await platform.indexedDB?.databases()) ?? []).map((d) => d.name);
  await expect.poll(names).toContain("taut.T1.ines");
  app.enter(session("T1", "leo"));
  await expect.poll(names).not.toContain("taut.T1.ines");
  expect(app.workspace.value?.session.user).toBe("leo");
});

test("a session that could not be ended is ended when there is a connection", async () => {
  const { app, local } = start("/client/T1/C1", session("T1"));
  await app.signOut("T1");
  expect(local.getItem("taut.ending")).toBe("xoxc-T1-ada");
});

test("torn or foreign sessions are none", () => {
  const { local } = start("/");
  for (const kept of ["{", "null", '[{"token":1}]', '"x"']) {
    local.setItem("taut.sessions", kept);
    expect(readSessions(local)).toEqual([]);
  }
});

test("while a dialog is open no key of the page does anything", () => {
  const { app } = start("/client/T1/C1", session("T1"));
  let ran = 0;
  app.commands.register({ id: "a", title: "", group: "window", keys: "F6", run: () => void ran++ });
  const key = { key: "F6", code: "F6", ctrlKey: false, metaKey: false, altKey: false, shiftKey: false };
  app.press(key, false);
  const close = app.overlays.open("switcher", {});
  app.press(key, false);
  close();
  app.press(key, false);
  expect(ran).toBe(2);
});
