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
  w = await visit();
  await until("live", () => w.connection.peek().state === "live", device.clock);
  await settle();
});

afterEach(async () => {
  w.close();
  await settle();
});

async function visit(): Promise<Workspace> {
  const session = { token: "xoxc-1", team_id: "T1", team: "Team", domain: "team", user: "ann" };
  const made = createWorkspace(session, device.tab(server));
  await until("ready", () => made.status.peek() === "ready", device.clock);
  return made;
}

test("a preference is set at once, and of the type that is asked for", async () => {
  const time24 = w.prefs.get("time24", false);
  const done = w.prefs.set("time24", true);
  expect(time24.value).toBe(true);
  await done;
  expect(server.prefs).toEqual({ time24: true });
  expect(w.prefs.get("time24", "a text").value).toBe("a text");
});

test("one that is refused goes back", async () => {
  server.failures.set("users.prefs.set", ["limit_exceeded"]);
  const done = w.prefs.set("time24", true);
  await expect(done).rejects.toMatchObject({ code: "limit_exceeded" });
  expect(w.prefs.get("time24", false).value).toBe(false);
});

test("another device's change is heard, but not over one that is under way", async () => {
  const theme = w.prefs.get("taut_theme", "auto");
  server.say({ type: "pref_change", name: "taut_theme", value: "dark" });
  await until("dark", () => theme.value === "dark");
  server.held = [];
  const done = w.prefs.set("taut_theme", "light");
  await settle();
  server.say({ type: "pref_change", name: "taut_theme", value: "dark" });
  await settle();
  expect(theme.value).toBe("light");
  for (const go of server.held) go();
  server.held = undefined;
  await done;
  expect(theme.value).toBe("light");
});

test("the next visit has them before there is a server", async () => {
  await w.prefs.set("taut_theme", "dark");
  await settle();
  w.close();
  await settle();
  server.down = true;
  w = await visit();
  expect(w.prefs.get("taut_theme", "auto").value).toBe("dark");
});
