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
});

afterEach(async () => {
  w.close();
  await settle();
});

async function visit(): Promise<Workspace> {
  const session = { token: "xoxc-1", team_id: "T1", team: "Team", domain: "team", user: "ann" };
  const made = createWorkspace(session, device.tab(server));
  await until("live", () => made.connection.peek().state === "live", device.clock);
  await settle();
  return made;
}

test("those that are asked for in one moment are fetched in one call", async () => {
  for (const id of ["UBOB", "UCAT", "UDAN"]) server.addUser(id);
  const before = server.count("users.info");
  const found = ["UBOB", "UCAT", "UDAN", "UBOB"].map((id) => w.users.get(id));
  await settle();
  await until("known", () => found.every((s) => s.peek() !== undefined), device.clock);
  expect(server.count("users.info") - before).toBe(1);
  expect(found[0]).toBe(found[3]);
});

test("one that nobody knows spoils it for no other, and is not asked for again", async () => {
  server.addUser("UBOB");
  const [bob, nobody] = ["UBOB", "UNOBODY"].map((id) => w.users.get(id));
  await until("bob", () => bob?.peek() !== undefined, device.clock);
  await settle();
  expect(nobody?.peek()).toBeUndefined();
  const calls = server.count("users.info");
  w.users.get("UNOBODY");
  device.clock.advance(1_000);
  await settle();
  expect(server.count("users.info")).toBe(calls);
});

test("a change is heard, kept, and there at the next visit", async () => {
  const bob = server.addUser("UBOB");
  const s = w.users.get("UBOB");
  await until("known", () => s.peek() !== undefined, device.clock);
  server.say({ type: "user_change", user: { ...bob, profile: { ...bob.profile, display_name: "Robert" } } });
  await until("renamed", () => s.peek()?.profile.display_name === "Robert");
  await settle();
  w.close();
  await settle();
  server.down = true;
  const session = { token: "xoxc-1", team_id: "T1", team: "Team", domain: "team", user: "ann" };
  w = createWorkspace(session, device.tab(server));
  await until("ready", () => w.status.peek() === "ready");
  const again = w.users.get("UBOB");
  await until("kept", () => again.peek()?.profile.display_name === "Robert");
});

test("search has the best first, and nobody who is gone", async () => {
  for (const name of ["anna", "hannah", "jo ann", "ann", "Ánni"]) server.addUser(`U${name}`, name);
  server.addUser("UOLD", "annabel").deleted = true;
  await w.users.load();
  const names = w.users.search("ann", 10).map((u) => u.name);
  expect(names).toEqual(["ann", "ann", "anna", "Ánni", "jo ann", "hannah"]); // the caller is one of them
  expect(w.users.search("ann", 2)).toHaveLength(2);
  expect(w.users.search("", 3)).toHaveLength(3);
});

test("the directory is kept few at a time, and all of it is there at the next visit", async () => {
  const ids = Array.from({ length: 250 }, (_, i) => `UMANY${i}`);
  for (const id of ids) server.addUser(id);
  await w.users.load();
  const kept = async () => {
    const all: string[] = [];
    for await (const page of w.store.allUsers()) all.push(...page.map((u) => u.id));
    return ids.filter((id) => all.includes(id)).length;
  };
  await settle();
  expect(await kept()).toBe(0); // somebody types meanwhile
  for (const many of [100, 200, 250]) {
    device.clock.advance(100);
    await settle();
    expect(await kept()).toBe(many);
  }
  w.close();
  await settle();

  server.down = true;
  w = createWorkspace(
    { token: "xoxc-1", team_id: "T1", team: "Team", domain: "team", user: "ann" },
    device.tab(server),
  );
  await until("ready", () => w.status.peek() === "ready", device.clock);
  void w.users.load();
  await until("found", () => w.users.search("", 300).length >= ids.length, device.clock);
});
