import { beforeAll, expect, test } from "vitest";
import { tidy } from "../harness/browser";
import { Person } from "../harness/person";
import { type Seeded, Server } from "../harness/server";

let server: Server;
let acme: Seeded;

beforeAll(async () => {
  server = await Server.prepare();
  acme = await server.seed({ workspace: "acme", users: 2, channels: 2 });
  await server.start();
});
tidy(() => server);

/** What somebody sees of these messages, once the last of them is there. */
async function seen(who: Person, texts: readonly string[]): Promise<number[]> {
  await who.sees(texts.at(-1) ?? "");
  return Promise.all(texts.map((text) => who.message(text).count()));
}

test("tabs of one browser share a socket; when the one that has it is closed the other goes on, and each message is there once", async () => {
  const [first, second] = acme.users;
  if (!first || !second) throw new Error("no users");
  const [leader, bob] = await Promise.all([Person.at(server, acme, first), Person.at(server, acme, second)]);
  await expect.poll(() => leader.sockets).toBe(1);
  const follower = await leader.tab();
  await bob.send("one of bob");
  await bob.sees("one of bob");
  await follower.sees("one of bob");
  await follower.send("two of the second tab");
  await bob.sees("two of the second tab");
  await leader.page.bringToFront();
  await leader.send("three of the first tab");
  const before = ["one of bob", "two of the second tab", "three of the first tab"];
  for (const who of [leader, follower, bob]) expect(await seen(who, before)).toEqual([1, 1, 1]);
  expect([leader.sockets, follower.sockets]).toEqual([1, 0]);

  // What is said while nobody leads is said once too.
  await Promise.all([leader.page.close(), bob.send("four in between")]);
  await follower.sees("four in between");
  await expect.poll(() => follower.sockets).toBe(1);
  await follower.page.bringToFront();
  await follower.send("five of who leads now");
  await bob.sees("five of who leads now");
  const third = await follower.tab();
  await bob.send("six at last");
  const all = [...before, "four in between", "five of who leads now", "six at last"];
  for (const who of [follower, third, bob]) expect(await seen(who, all)).toEqual(all.map(() => 1));
  expect([follower.sockets, third.sockets]).toEqual([1, 0]);
  expect([...follower.errors, ...third.errors]).toEqual([]);
});
