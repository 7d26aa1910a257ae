import { beforeAll, expect, test } from "vitest";
import { tidy } from "../harness/browser";
import { Person } from "../harness/person";
import { type Seeded, type SeededUser, Server } from "../harness/server";
import { eventually } from "../harness/wait";

let server: Server;
let acme: Seeded;

beforeAll(async () => {
  server = await Server.prepare();
  acme = await server.seed({ workspace: "acme", users: 4, channels: 3, messages: 3 });
  await server.start();
});
tidy(() => server);

const user = (i: number): SeededUser => {
  const found = acme.users[i];
  if (!found) throw new Error(`no user ${i}`);
  return found;
};
const channel = (i: number): string => acme.channels[i]?.name ?? "";
const both = () =>
  Promise.all([Person.at(server, acme, user(0), channel(0)), Person.at(server, acme, user(1), channel(0))]);

test("two people talk: send, edit, react, delete", async () => {
  const [ada, bob] = await both();
  await ada.send("the quick brown fox");
  const mine = await ada.sees("the quick brown fox");
  const hers = await bob.sees("the quick brown fox");

  await bob.act(hers, "Add a reaction");
  await bob.page.getByRole("combobox", { name: "Search emoji" }).fill("tada");
  await bob.page.getByRole("option", { name: "tada", selected: true }).waitFor();
  await bob.page.keyboard.press("Enter");
  await mine.getByRole("button", { name: /^tada: 1 reaction/ }).click();
  await hers.getByRole("button", { name: /^tada: 2 reactions, including yours/ }).waitFor();

  await ada.composer.click();
  await ada.page.keyboard.press("ArrowUp");
  await ada.page.getByRole("textbox", { name: "Edit message" }).waitFor();
  await ada.page.keyboard.press("End");
  await ada.page.keyboard.type(" jumps");
  await ada.page.keyboard.press("Enter");
  await (await bob.sees("the quick brown fox jumps")).getByText("(edited)").waitFor();

  await ada.more(await ada.sees("fox jumps"), /^Delete message/);
  await ada.page.getByRole("button", { name: "Delete", exact: true }).click();
  await bob.misses("fox jumps");
  await ada.misses("fox jumps");
});

test("a thread in the side pane, and its reply in the channel too", async () => {
  const [ada, bob] = await both();
  await ada.send("what do you think?");
  await bob.act(await bob.sees("what do you think?"), "Reply in thread");
  await bob.send("only here", bob.reply);
  await bob.sees("only here", bob.thread);
  const summary = (await ada.sees("what do you think?")).getByRole("button", { name: /1 reply/ });
  await summary.click();
  await ada.sees("only here", ada.thread);
  await ada.page.getByRole("checkbox", { name: /^Also send to/ }).check();
  await ada.send("for everybody", ada.reply);
  await bob.sees("for everybody", bob.thread);
  await bob.sees("for everybody");
  expect(await bob.message("only here").count()).toBe(0);
});

test("mentions, unread marks and a second device that follows what is read", async () => {
  const [ada, bob] = await both();
  const phone = await Person.at(server, acme, user(1), channel(0), { viewport: { width: 1024, height: 768 } });
  await ada.go(channel(1));
  await ada.composer.click();
  await ada.page.keyboard.type("hello @user2");
  await ada.page.getByRole("option", { name: /User 2/, selected: true }).waitFor();
  await ada.page.keyboard.press("Enter");
  await ada.page.keyboard.type(" look here");
  await ada.page.keyboard.press("Enter");
  await ada.sees("look here");
  for (const device of [bob, phone]) {
    await device.sidebar.getByRole("link", { name: new RegExp(`^${channel(1)} ?, unread, 1 mention`) }).waitFor();
  }
  await bob.go(channel(1));
  await bob.sees("look here");
  // Read on one, and on the other.
  await phone.sidebar.getByRole("link", { name: new RegExp(`^${channel(1)}$`) }).waitFor();
});

test("typing and presence, of those who are there", async () => {
  const [ada, bob] = await both();
  await ada.composer.click();
  // Of what is typed before either of them is connected nobody hears: she types on.
  await eventually("bob sees that she types", async () => {
    await ada.page.keyboard.type(".");
    return bob.page.getByText(/^User 1 is typing/).isVisible();
  });
  await ada.page.keyboard.press("Enter");
  await bob.page.getByText(/^User 1 is typing/).waitFor({ state: "detached" });
  // A direct message shows who is there.
  const { channel: dm } = await server.call<{ channel: { id: string } }>(user(0).token, "conversations.open", {
    users: user(1).id,
  });
  await server.call(user(0).token, "chat.postMessage", { channel: dm.id, text: "psst" });
  await bob.sidebar.getByRole("link", { name: /^User 1 ?, active/i }).waitFor();
  await ada.context.close();
  await bob.sidebar.getByRole("link", { name: /^User 1 ?, away/i }).waitFor();
});

test("a file is sent, seen and found", async () => {
  const [ada, bob] = await both();
  await ada.page
    .locator("input[type=file]")
    .first()
    .setInputFiles({
      name: "minutes.txt",
      mimeType: "text/plain",
      buffer: Buffer.from("we agreed on everything"),
    });
  await ada.page.getByText("minutes.txt").first().waitFor();
  await ada.send("the minutes of zanzibar");
  const got = await bob.sees("the minutes of zanzibar");
  await got.getByText("minutes.txt").first().waitFor();

  await bob.page.keyboard.press("Control+g");
  const search = bob.page.getByRole("combobox", { name: /^Search acme/ });
  await search.fill("zanzibar");
  await search.press("Enter");
  await bob.page.getByRole("main").getByText("the minutes of zanzibar").first().waitFor();
});

test("the switcher goes where its first letters say", async () => {
  const ada = await Person.at(server, acme, user(0), channel(0));
  await ada.page.keyboard.press("Control+k");
  await ada.page.getByRole("combobox").fill(channel(2));
  await ada.page.getByRole("option", { name: new RegExp(channel(2)), selected: true }).waitFor();
  await ada.page.keyboard.press("Enter");
  await ada.page.getByRole("textbox", { name: new RegExp(`^Message to #?${channel(2)}$`) }).waitFor();
});
