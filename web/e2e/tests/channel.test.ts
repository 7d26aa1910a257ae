import { beforeAll, expect, test } from "vitest";
import { tidy } from "../harness/browser";
import { Person } from "../harness/person";
import { type Seeded, type SeededUser, Server } from "../harness/server";

let server: Server;
let acme: Seeded;

beforeAll(async () => {
  server = await Server.prepare();
  acme = await server.seed({ workspace: "acme", users: 4, channels: 2 });
  await server.start();
});
tidy(() => server);

const user = (i: number): SeededUser => {
  const found = acme.users[i];
  if (!found) throw new Error(`no user ${i}`);
  return found;
};

/** A channel that its maker alone is in. */
async function lonely(name: string): Promise<string> {
  const { channel } = await server.call<{ channel: { id: string } }>(user(0).token, "conversations.create", { name });
  return channel.id;
}

test("who names somebody that isn't there is told so, and brings them in", async () => {
  const id = await lonely("lonely");
  const ada = await Person.at(server, acme, user(0));
  await ada.go("lonely");
  await ada.composer.click();
  await ada.page.keyboard.type("dear @user2");
  await ada.page.getByRole("option", { name: /User 2/, selected: true }).waitFor();
  await ada.page.keyboard.press("Enter");
  await ada.page.keyboard.press("Enter");
  await ada.page.getByText(/User 2 isn’t in this channel/).waitFor();
  await ada.page.getByRole("button", { name: "Add them" }).click();
  await ada.sees("was added to the channel");
  const { members } = await server.call<{ members: string[] }>(user(0).token, "conversations.members", { channel: id });
  expect(members.sort()).toEqual([user(0).id, user(1).id].sort());
  await ada.page.getByText(/isn’t in this channel/).waitFor({ state: "detached" });
});

test("bookmarks are moved by keys and by dragging, and for everybody", async () => {
  const channel = acme.channels[0]?.id ?? "";
  for (const title of ["one", "two", "three"]) {
    await server.call(user(0).token, "bookmarks.add", {
      channel_id: channel,
      type: "link",
      title,
      link: `https://example.com/${title}`,
    });
  }
  const [ada, bob] = await Promise.all([Person.at(server, acme, user(0)), Person.at(server, acme, user(1))]);
  const order = (who: Person) =>
    who.page.getByRole("navigation", { name: "Bookmarks" }).getByRole("link").allTextContents();
  await expect.poll(() => order(bob)).toEqual(["one", "two", "three"]);
  const mark = (title: string) => ada.page.getByRole("link", { name: title, exact: true });
  await mark("three").focus();
  await ada.page.keyboard.press("Shift+ArrowLeft");
  await expect.poll(() => order(bob)).toEqual(["one", "three", "two"]);
  await expect.poll(() => order(ada)).toEqual(["one", "three", "two"]);
  await mark("two").dragTo(mark("one"));
  await expect.poll(() => order(bob)).toEqual(["two", "one", "three"]);
  await ada.page.reload();
  await expect.poll(() => order(ada)).toEqual(["two", "one", "three"]);
});

test("a channel that is made private goes on for its members, and is gone for who looked at it", async () => {
  const id = await lonely("plans");
  await server.call(user(0).token, "chat.postMessage", { channel: id, text: "out in the open" });
  const [ada, bob] = await Promise.all([Person.at(server, acme, user(0)), Person.at(server, acme, user(1))]);
  await bob.page.goto(`/client/${acme.id}/${id}`);
  await bob.sees("out in the open");
  await ada.go("plans");
  await ada.page.getByRole("button", { name: "plans", exact: true }).click();
  await ada.page.getByRole("menuitem", { name: "Details" }).click();
  await ada.page.getByRole("tab", { name: "Settings" }).click();
  await ada.page.getByRole("button", { name: "Change to a private channel" }).click();
  await ada.page.getByRole("dialog").getByRole("button", { name: "Change to a private channel" }).click();
  await ada.sees("made the channel private");
  await bob.page.getByText("out in the open").waitFor({ state: "detached" });
  await bob.page.getByText("This conversation is not there").waitFor();
  await bob.page.reload();
  await bob.page.getByText("This conversation is not there").waitFor();
  await ada.page.getByText("Private: only invited people see it.").waitFor();
  await ada.sidebar.getByRole("link", { name: /^plans.*private/i }).waitFor();
  await ada.send("among us");
  await ada.sees("among us");
});
