import { beforeAll, expect, test } from "vitest";
import { tidy } from "../harness/browser";
import { Person } from "../harness/person";
import { type Seeded, Server } from "../harness/server";

let server: Server;
let acme: Seeded;

beforeAll(async () => {
  server = await Server.prepare();
  acme = await server.seed({ workspace: "acme", users: 2, channels: 3, messages: 3 });
  await server.start();
});
tidy(() => server);

/** A row whose message the server has: its key is its ts. */
const sent = "[data-key*='.']";

/** Holds up what somebody's pages ask for, until it is let go. */
async function held(who: Person, what: RegExp): Promise<() => void> {
  let go = () => {};
  const going = new Promise<void>((resolve) => {
    go = resolve;
  });
  await who.context.route(what, async (route) => {
    await going;
    await route.continue();
  });
  return go;
}

/** Presses a key until the focus is where it should come to, as somebody does who sees it go. */
async function until(who: Person, key: string, there: string, most = 20): Promise<void> {
  const arrived = () =>
    who.page.evaluate((selector) => document.activeElement?.matches(selector) === true && document.hasFocus(), there);
  const way: string[] = [];
  while (!(await arrived())) {
    if (way.length === most) throw new Error(`${key} does not come to ${there}: ${way.join(", ")}`);
    await who.page.keyboard.press(key);
    way.push(await who.page.evaluate(() => document.activeElement?.outerHTML.slice(0, 80) ?? "nowhere"));
  }
}

test("without a mouse: through the panes, the sidebar, the messages, a thread and the switcher", async () => {
  const [user] = acme.users;
  const [first, second, third] = acme.channels;
  if (!user || !first || !second || !third) throw new Error("nobody or nowhere");
  const ada = await Person.at(server, acme, user, first.name);
  const { keyboard } = ada.page;
  const focus = (text: string) => ada.page.locator("[data-key]:focus").filter({ hasText: text }).waitFor();
  const writing = "[data-pane=main] [contenteditable=true]";
  await ada.sees("Message 3 of");

  // F6 goes into the sidebar, to the conversation one is in; arrows go on from there.
  await until(ada, "F6", `[data-pane=sidebar] [data-channel="${first.id}"]`, 4);
  await until(ada, "ArrowDown", `[data-channel="${second.id}"]`);
  await keyboard.press("Shift+F10");
  await ada.page.getByRole("menu").waitFor();
  await ada.page.locator("[role^=menuitem]:focus").waitFor();
  await keyboard.press("Escape");
  await ada.page.locator(`[data-channel="${second.id}"]:focus`).waitFor();
  await keyboard.press("Enter");
  await ada.page.getByRole("textbox", { name: `Message to #${second.name}` }).waitFor();
  await until(ada, "F6", writing, 4);
  await keyboard.type("one step");
  await keyboard.press("Enter");
  await (await ada.sees("one step")).and(ada.page.locator(sent)).waitFor();
  const send = await held(ada, /chat\.postMessage/);
  await keyboard.type("two steps");
  await keyboard.press("Enter");
  const last = await ada.sees("two steps");

  // Back from where one writes are the messages: one stop, and arrows between them.
  await until(ada, "Shift+Tab", "[data-key]");
  await focus("two steps");
  send(); // what is sent meanwhile keeps the focus
  await last.and(ada.page.locator(sent)).waitFor();
  await focus("two steps");
  await keyboard.press("Home");
  await keyboard.press("End");
  await focus("two steps");
  await keyboard.press("ArrowUp");
  await focus("one step");
  await keyboard.press("r");
  await ada.page.locator("[role=combobox]:focus").waitFor();
  await keyboard.type("tada");
  await ada.page.getByRole("option", { name: "tada", selected: true }).waitFor();
  await keyboard.press("Enter");
  await (await ada.sees("one step")).getByRole("button", { name: /^tada: 1 reaction/ }).waitFor();
  await focus("one step");

  await keyboard.press("e");
  await ada.page.getByRole("textbox", { name: "Edit message" }).and(ada.page.locator(":focus")).waitFor();
  await keyboard.press("End");
  await keyboard.type(" further");
  await keyboard.press("Enter");
  await (await ada.sees("one step further")).getByText("(edited)").waitFor();
  await focus("one step further");
  await keyboard.press("t");
  await ada.reply.and(ada.page.locator(":focus")).waitFor();
  await keyboard.type("beside the way");
  await keyboard.press("Enter");
  await ada.sees("beside the way", ada.thread);
  await keyboard.press("Escape");
  await ada.thread.waitFor({ state: "detached" });
  await focus("one step further");

  await keyboard.press("Control+k");
  await ada.page.locator("[role=combobox]:focus").waitFor();
  await keyboard.type(third.name);
  await ada.page.getByRole("option", { name: third.name, selected: true }).waitFor();
  await keyboard.press("Enter");
  await ada.page.getByRole("textbox", { name: `Message to #${third.name}` }).waitFor();
  await until(ada, "F6", writing, 4);
  await keyboard.type("and there");
  await keyboard.press("Enter");
  await ada.sees("and there");
  expect(ada.errors).toEqual([]);
});

test("who is at the first message of a conversation while it is sent stays there", async () => {
  const [user, other] = acme.users;
  if (!user || !other) throw new Error("nobody");
  const { channel: dm } = await server.call<{ channel: { id: string } }>(user.token, "conversations.open", {
    users: other.id,
  });
  const ada = await Person.at(server, acme, user);
  await ada.page.goto(`/client/${acme.id}/${dm.id}`);
  await ada.composer.and(ada.page.locator(":focus")).waitFor();
  const send = await held(ada, /chat\.postMessage/);
  await ada.send("the first word");
  const row = await ada.sees("the first word");
  await row.hover();
  await until(ada, "Shift+Tab", "[data-key]");
  send();
  await row.and(ada.page.locator(sent)).waitFor();
  await row.and(ada.page.locator(":focus")).waitFor();
  await row.getByRole("button", { name: "More actions" }).waitFor();
});

test("who is at what goes away is next to it then", async () => {
  const [user] = acme.users;
  if (!user) throw new Error("nobody");
  const ada = await Person.at(server, acme, user);
  const error = { ok: false, error: "restricted_action" };
  await ada.context.route("**/api/chat.postMessage", (route) => route.fulfill({ json: error }));
  await ada.send("refused");
  const row = await ada.sees("refused");
  await row.getByRole("button", { name: "Send again" }).press("Enter");
  await row.and(ada.page.locator(":focus")).waitFor();
  await row.getByRole("button", { name: "Discard" }).press("Enter");
  await ada.misses("refused");
  await ada.page.locator("[data-key]:focus").filter({ hasText: "Message 3 of" }).waitFor();
  const file = { name: "a.txt", mimeType: "text/plain", buffer: Buffer.from("a") };
  await ada.page.locator("input[type=file]").setInputFiles([file]);
  await ada.page.getByRole("button", { name: "Remove a.txt" }).press("Enter");
  await ada.composer.and(ada.page.locator(":focus")).waitFor();
});

test("who goes elsewhere while the composer's code is on its way stays there", async () => {
  const [user] = acme.users;
  if (!user) throw new Error("nobody");
  const ada = await Person.at(server, acme, user);
  const arrive = await held(ada, /\/assets\/writing-/);
  await ada.page.reload();
  await ada.sees("Message 3 of");
  const there = "[data-pane=sidebar] [data-channel]";
  await until(ada, "F6", there, 4);
  arrive();
  await ada.composer.waitFor();
  await ada.page.locator(`${there}:focus`).waitFor();
  // From the next place on it has the focus again.
  await ada.go(acme.channels[1]?.name ?? "");
  await ada.composer.and(ada.page.locator(":focus")).waitFor();
});
