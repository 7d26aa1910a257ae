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

async function two(): Promise<[Person, Person]> {
  const [first, second] = acme.users;
  if (!first || !second) throw new Error("no users");
  return Promise.all([Person.at(server, acme, first), Person.at(server, acme, second)]);
}

/** The texts of a channel that begin with a word, in the order of the log. */
async function texts(of: Person, word: string): Promise<string[]> {
  const { messages } = await server.call<{ messages: { text: string }[] }>(of.user.token, "conversations.history", {
    channel: acme.channels[0]?.id ?? "",
    limit: "100",
  });
  return messages
    .map((m) => m.text)
    .filter((t) => t.startsWith(word))
    .reverse();
}

test("the server is killed and comes back while somebody types", async () => {
  const [ada, bob] = await two();
  await ada.send("before the storm");
  await bob.sees("before the storm");
  await ada.composer.click();
  await ada.page.keyboard.type("storm one");
  await server.end("SIGKILL");
  await ada.page.keyboard.press("Enter");
  await ada.sees("storm one");
  await ada.send("storm two");
  await ada.page
    .getByText(/Trying again|Reconnecting|Connecting/)
    .first()
    .waitFor();
  await ada.page.keyboard.type("half a sen");
  await server.start();
  await ada.page.keyboard.type("tence");
  await bob.sees("storm two");
  await bob.sees("storm one");
  expect(await ada.composer.textContent()).toContain("half a sentence");
  await ada.page.keyboard.press("Enter");
  await bob.sees("half a sentence");
  expect(await texts(ada, "storm")).toEqual(["storm one", "storm two"]);
  expect(await bob.message("storm one").count()).toBe(1);
});

test("what is written offline is sent once, in its order, also after a reload", async () => {
  const [ada, bob] = await two();
  await ada.context.setOffline(true);
  for (const word of ["first", "second", "third"]) {
    await ada.send(`tunnel ${word}`);
    await ada.sees(`tunnel ${word}`);
  }
  await ada.page.getByText(/You are offline/).waitFor();
  await ada.context.setOffline(false);
  await bob.sees("tunnel third");
  expect(await texts(bob, "tunnel")).toEqual(["tunnel first", "tunnel second", "tunnel third"]);
  await ada.page.reload();
  await ada.sees("tunnel third");
  expect(await ada.message("tunnel second").count()).toBe(1);
  expect(await texts(bob, "tunnel")).toHaveLength(3);
});
