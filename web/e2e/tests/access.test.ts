import type { Page } from "playwright-core";
import { beforeAll, expect, test } from "vitest";
import { bringAxe, serious } from "../harness/axe";
import { device, tidy } from "../harness/browser";
import { Person } from "../harness/person";
import { type Seeded, type SeededUser, Server } from "../harness/server";

let server: Server;
let acme: Seeded;
let ada: SeededUser;
let bob: SeededUser;
let channel: Seeded["channels"][number];
/** A message of the first channel that has a thread, and a conversation of the two. */
let root: string;
let dm: string;

beforeAll(async () => {
  server = await Server.prepare();
  acme = await server.seed({ workspace: "acme", users: 6, channels: 4, messages: 8 });
  await server.start();
  [ada, bob] = [acme.users[0] ?? fail(), acme.users[1] ?? fail()];
  channel = acme.channels[0] ?? fail();
  const post = (args: Record<string, string>) => server.call<{ ts: string }>(ada.token, "chat.postMessage", args);
  root = (await post({ channel: channel.id, text: "look at `this`, <@nobody> and <https://example.com>" })).ts;
  await post({ channel: channel.id, text: "a reply", thread_ts: root });
  await post({ channel: channel.id, text: "*bold* and a list", blocks: JSON.stringify(blocks) });
  const opened = await server.call<{ channel: { id: string } }>(ada.token, "conversations.open", { users: bob.id });
  dm = opened.channel.id;
  await post({ channel: dm, text: "between us" });
});
tidy(() => server);

/** Looks at screens in both themes, and tells at the end what was wrong with which. */
class Looks {
  readonly faults: Record<string, readonly string[]> = {};

  constructor(private readonly page: Page) {}

  /** Once nothing is being loaded any more. */
  async at(name: string, part?: string): Promise<void> {
    await this.page.getByRole("status", { name: "Loading" }).first().waitFor({ state: "detached" });
    for (const colorScheme of ["light", "dark"] as const) {
      await this.page.emulateMedia({ colorScheme });
      const found = await serious(this.page, part);
      if (found.length > 0) this.faults[`${name}, ${colorScheme}`] = found;
    }
  }
}

const adminSections = [
  "Invitations",
  "Channels",
  "Bots & webhooks",
  "User groups",
  "Emoji",
  "Workspace",
  "Permissions",
  "Audit log",
  "Usage",
];

test("nothing serious on the main screens", async () => {
  const who = await Person.at(server, acme, ada, channel.name);
  await bringAxe(who.context);
  const { page } = who;
  const looks = new Looks(page);
  const main = page.getByRole("main");
  const look = async (name: string, path: string, there: () => Promise<unknown>) => {
    await page.goto(`/client/${acme.id}/${path}`);
    await there();
    await looks.at(name);
  };
  await look("a thread beside its channel", `${channel.id}/thread/${root}`, async () => {
    await who.sees("bold and a list");
    await who.sees("a reply", who.thread);
  });
  await look("a channel's details", `${channel.id}?side=details:${channel.id}`, () =>
    page.getByRole("tab", { name: "Settings" }).waitFor(),
  );
  await look("a profile beside direct messages", `${dm}?side=profile:${bob.id}`, async () => {
    await who.sees("between us");
    await page.getByRole("complementary").getByText(bob.email).waitFor();
  });
  await page.keyboard.press("Control+k");
  await page.getByRole("dialog").getByRole("option").first().waitFor();
  await looks.at("the switcher", "dialog");
  await page.keyboard.press("Escape");
  await page.keyboard.press("Control+,");
  await page.getByRole("dialog").getByRole("button", { name: "Account" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Sign out here" }).waitFor();
  await looks.at("preferences", "dialog");
  await page.keyboard.press("Escape");
  await page.keyboard.press("Control+/");
  await page.getByRole("dialog").getByRole("heading", { level: 3 }).first().waitFor();
  await looks.at("the shortcuts", "dialog");
  await page.keyboard.press("Escape");
  for (const name of ["unreads", "threads", "activity", "later", "drafts", "people", "search?q=message"]) {
    await look(name, name, async () => {
      await main.getByRole("heading").first().waitFor();
      await page.waitForLoadState("networkidle");
      if (name === "people") await main.getByRole("link", { name: /User/ }).first().waitFor();
    });
  }
  await look("admin", "admin/members", () => main.getByText(bob.email).first().waitFor());
  for (const name of adminSections) {
    await main.getByRole("link", { name, exact: true }).click();
    await main.locator("[aria-current=page]").filter({ hasText: name }).waitFor();
    await looks.at(`admin: ${name}`, "main");
  }
  expect(looks.faults).toEqual({});
});

test("nothing serious on the pages for accounts", async () => {
  const { invite } = await server.call<{ invite: { url: string } }>(ada.token, "manage.invites.create", {
    uses: "1",
  });
  const context = await device(server);
  await bringAxe(context);
  const page = await context.newPage();
  const looks = new Looks(page);
  for (const [path, button] of [
    ["/signin", "Sign in"],
    ["/setup#code", "Make a workspace"],
    ["/reset#code", "Set the password"],
    [invite.url, "Join acme"],
  ] as const) {
    await page.goto("about:blank"); // what is behind the # alone loads nothing anew
    await page.goto(path);
    await page.getByRole("button", { name: button }).waitFor();
    await looks.at(path.replace(/.*(\/\w+)#.*/, "$1"));
  }
  expect(looks.faults).toEqual({});
});

test("on a phone there is one pane at a time, and a way back from each, on a tablet two; nothing serious in any", async () => {
  const who = await Person.at(server, acme, ada, undefined, {
    viewport: { width: 390, height: 844 },
    hasTouch: true,
    isMobile: true,
  });
  const { page } = who;
  await bringAxe(who.context);
  await page.goto(`/client/${acme.id}`);
  const looks = new Looks(page);
  const main = page.getByRole("main");
  const side = page.getByRole("complementary");
  const wide = () => page.evaluate(() => document.documentElement.scrollWidth);

  await who.inSidebar(channel.name).waitFor();
  expect(await main.count()).toBe(0);
  await looks.at("the list");
  await who.inSidebar(channel.name).tap();
  await who.sees("bold and a list");
  await who.sidebar.waitFor({ state: "detached" });
  await looks.at("a channel");
  expect(await wide()).toBe(390);

  await (await who.sees("look at")).getByRole("button", { name: /1 reply/ }).tap();
  await who.sees("a reply", who.thread);
  await main.waitFor({ state: "detached" });
  await looks.at("a thread");
  expect(await wide()).toBe(390);
  await who.reply.tap();
  await page.keyboard.type("from the train");
  await page.getByRole("button", { name: "Send now" }).tap();
  await who.sees("from the train", who.thread);

  await side.getByRole("button", { name: "Back" }).tap();
  await who.sees("bold and a list");
  await side.waitFor({ state: "detached" });
  await main.getByRole("button", { name: "Back" }).tap();
  await who.inSidebar(channel.name).waitFor();
  await page.getByRole("navigation").getByRole("link", { name: "Activity" }).tap();
  await main.getByRole("heading").first().waitFor();
  await looks.at("activity");

  // On a tablet the list stays, and a thread takes the conversation's place.
  await page.setViewportSize({ width: 820, height: 1180 });
  await who.inSidebar(channel.name).tap();
  await (await who.sees("look at")).getByRole("button", { name: /2 replies/ }).tap();
  await who.sees("from the train", who.thread);
  await main.waitFor({ state: "hidden" });
  expect(await who.sidebar.isVisible()).toBe(true);
  await looks.at("a tablet's thread");
  await side.getByRole("button", { name: "Close" }).tap();
  await who.sees("bold and a list");
  expect(looks.faults).toEqual({});
});

const blocks = [
  { type: "header", text: { type: "plain_text", text: "A header" } },
  { type: "section", text: { type: "mrkdwn", text: "*bold* and a list" }, fields: [{ type: "mrkdwn", text: "one" }] },
  { type: "divider" },
  { type: "context", elements: [{ type: "mrkdwn", text: "small print" }] },
];

function fail(): never {
  throw new Error("nobody is there");
}
