import { afterEach, beforeEach, expect, test } from "vitest";
import { Device, settle, until } from "../testing/platform";
import { Server } from "../testing/server";
import { createWorkspace, type Workspace } from "./workspace";

let device: Device;
let server: Server;
let w: Workspace;

beforeEach(async () => {
  device = new Device();
  server = new Server(device.clock);
  server.world.join("CTOWN");
  const platform = device.tab(server);
  const fetch = platform.fetch.bind(platform);
  platform.fetch = async (url, init) => {
    if (!url.endsWith("subscriptions.thread.get")) return fetch(url, init);
    const own = server.messages.get("CTOWN")?.some((m) => m.thread_ts && m.user === "UANN");
    return Response.json({ ok: true, subscribed: own === true, last_read: "0" });
  };
  w = createWorkspace({ token: "xoxc-1", team_id: "T1", team: "Team", domain: "team", user: "ann" }, platform);
  await until("live", () => w.status.peek() === "ready" && w.seqOf("CTOWN") !== undefined, device.clock);
});

afterEach(async () => {
  w.close();
  await settle();
});

test("one follows a thread with one's own first reply, and not with another's", async () => {
  const root = server.post("CTOWN", "UBOB", "root");
  const reading = w.threads.reading("CTOWN", root.ts);
  await until("asked", () => reading.peek() !== undefined);
  expect(reading.peek()?.subscribed).toBe(false);
  server.post("CTOWN", "UCAROL", "hers", { thread_ts: root.ts });
  await settle();
  expect(reading.peek()?.subscribed).toBe(false);
  server.post("CTOWN", "UANN", "mine", { thread_ts: root.ts });
  await until("followed", () => reading.peek()?.subscribed === true);
});
