import { beforeAll, expect, test } from "vitest";
import { tidy } from "../harness/browser";
import { Person } from "../harness/person";
import { type Seeded, Server } from "../harness/server";
import { eventually } from "../harness/wait";

let server: Server;
let town: Seeded;
let tower: Seeded;

beforeAll(async () => {
  server = await Server.prepare();
  town = await server.seed({ workspace: "town", users: 5_000, channels: 500, members: 50, messages: 2 });
  tower = await server.seed({ workspace: "tower", users: 2, channels: 1, messages: 10_000 });
  await server.start();
});
tidy(() => server);

test("a workspace of 5,000 people and 500 channels opens, and finds anybody", async () => {
  const owner = town.users[0];
  if (!owner) throw new Error("no owner");
  const ada = await Person.at(server, town, owner, town.channels.find((c) => c.members.includes(owner.id))?.name);
  await ada.log.locator("[data-key]").first().waitFor();
  await ada.page.keyboard.press("Control+k");
  await ada.page.getByRole("combobox").fill("User 4711");
  await ada.page
    .getByRole("option", { name: /User 4711/ })
    .first()
    .waitFor();
  expect(ada.errors).toEqual([]);
});

test("a channel of 10,000 messages scrolls to where it was and back", async () => {
  const reader = tower.users[0];
  if (!reader) throw new Error("no reader");
  const channel = tower.channels.at(-1);
  if (!channel) throw new Error("no channel");
  // As if all was read: who comes for the first time begins elsewhere.
  const { messages } = await server.call<{ messages: { ts: string }[] }>(reader.token, "conversations.history", {
    channel: channel.id,
    limit: "1",
  });
  await server.call(reader.token, "conversations.mark", { channel: channel.id, ts: messages[0]?.ts ?? "" });
  const ada = await Person.at(server, tower, reader, channel.name);
  const rows = ada.log.locator("[data-key]");
  await rows.last().waitFor();
  await ada.sees("Message 10000 of 10000");
  const seen = new Set<string>();
  await ada.log.hover();
  // Up for some pages: each step brings messages that were not there.
  for (let page = 0; page < 12; page++) {
    const before = seen.size;
    await ada.page.mouse.wheel(0, -2_500);
    await eventually("older messages", async () => {
      for (const text of await rows.allTextContents()) seen.add(text);
      return seen.size > before;
    });
  }
  expect(await ada.page.locator("[data-key]").count()).toBeLessThan(300);
  await ada.page.getByRole("button", { name: /Jump to latest/ }).click();
  await ada.sees("Message 10000 of 10000");
});
