import { signal } from "@preact/signals-core";
import { afterEach, beforeEach, expect, test } from "vitest";
import { Device, settle, until } from "../testing/platform";
import { Server } from "../testing/server";
import { App } from "./app";
import { notify } from "./notifications";

const hour = 3_600_000;
const session = { token: "xoxc-1", team_id: "T1", team: "Team", domain: "team", user: "ann" };

let device: Device;
let server: Server;
let apps: App[];
/** What was told, by all tabs. */
let told: string[];

beforeEach(() => {
  device = new Device();
  server = new Server(device.clock);
  server.addUser("UBOB");
  server.world.join("CTOWN");
  server.world.join("CHALL");
  apps = [];
  told = [];
});

afterEach(async () => {
  for (const app of apps) app.close();
  await settle();
});

/** Opens a tab that nobody looks at. */
async function visit(): Promise<App> {
  const platform = device.tab(server, apps.length + 1);
  platform.isVisible = false;
  platform.notify = (n?: { body: string }) => {
    told.push(n?.body ?? "");
    return () => {};
  };
  platform.local.setItem("taut.sessions", JSON.stringify([session]));
  const at = { pathname: "/client/T1/threads", search: "", hash: "" };
  const none = () => {};
  const address = { read: () => at, push: none, replace: none, back: none, forward: none, onChange: () => none };
  const app = new App({ platform, address, mac: false, systemDark: signal(false) });
  apps.push(app);
  const w = app.workspace.peek();
  if (!w) throw new Error("no workspace");
  notify(app, w, none);
  await until("followed", () => w.seqOf("CTOWN") !== undefined && w.connection.peek().state === "live", device.clock);
  await settle();
  return app;
}

test.each([
  ["right", 0],
  ["an hour slow", hour],
  ["an hour fast", -hour],
])(
  "with a clock that is %s it tells of what is said now, and not of what was said while it was away",
  async (_, by) => {
    server.aheadMs = by;
    await visit();
    server.post("CTOWN", "UBOB", "now <@UANN>");
    await settle();
    expect(told).toEqual(["now @ann"]);
    server.down = true;
    server.hangUp();
    server.post("CTOWN", "UBOB", "missed <@UANN>");
    device.clock.advance(10 * 60_000);
    server.down = false;
    await until("live", () => apps[0]?.workspace.peek()?.connection.peek().state === "live", device.clock);
    await settle();
    server.post("CTOWN", "UBOB", "again <@UANN>");
    await settle();
    expect(told).toEqual(["now @ann", "again @ann"]);
  },
);

test("messages of two channels are told in whichever order they come", async () => {
  await visit();
  const ts = (ms: number) => ((device.clock.now() + ms) / 1000).toFixed(6);
  const say = (channel: string, text: string, at: string) =>
    server.world.append(channel, { type: "message", channel, user: "UBOB", text, ts: at, event_ts: at });
  say("CTOWN", "<@UANN> second", ts(2));
  await settle();
  say("CHALL", "<@UANN> first", ts(1));
  await settle();
  expect(told).toEqual(["@ann second", "@ann first"]);
});

test("of several tabs one tells, however many messages come at once", async () => {
  await visit();
  await visit();
  for (let n = 0; n < 150; n++) server.post("CTOWN", "UBOB", `<@UANN> ${n}`);
  await settle();
  expect(told).toHaveLength(150);
});

test("what was told is remembered of so many channels", async () => {
  const { platform } = await visit();
  const key = "taut.told.T1.ann";
  platform.local.setItem(key, Array.from({ length: 100 }, (_, n) => `C${n}/1.000000`).join(" "));
  server.post("CTOWN", "UBOB", "<@UANN>");
  await settle();
  const kept = platform.local.getItem(key)?.split(" ") ?? [];
  expect(kept).toHaveLength(100);
  expect(kept[0]).toBe("C1/1.000000");
  expect(kept.at(-1)).toContain("CTOWN/");
});
