import { beforeAll, expect, test } from "vitest";
import { device, tidy } from "../harness/browser";
import { Person } from "../harness/person";
import { type Seeded, Server } from "../harness/server";

let server: Server;
let acme: Seeded;
let other: Seeded;

beforeAll(async () => {
  server = await Server.prepare();
  acme = await server.seed({ workspace: "acme", users: 3, channels: 2 });
  other = await server.seed({ workspace: "other", users: 2, channels: 1 });
  await server.start();
});
tidy(() => server);

test("who signs in to two workspaces goes from one to the other, and out", async () => {
  const page = await (await device(server)).newPage();
  const enter = async (w: Seeded, password: string) => {
    await page.getByLabel(/workspace/i).fill(w.domain);
    await page.getByLabel(/e-?mail/i).fill(w.users[0]?.email ?? "");
    await page.getByLabel(/^password/i).fill(password);
    await page.getByRole("button", { name: "Sign in" }).click();
  };
  await page.goto("/");
  await page.waitForURL(/\/signin/);
  await enter(acme, "wrong");
  await page.getByRole("alert").filter({ hasText: /wrong/i }).waitFor();
  await enter(acme, acme.users[0]?.password ?? "");
  await page.waitForURL(new RegExp(`/client/${acme.id}`));
  await page.getByRole("navigation", { name: "Channels and messages" }).waitFor();

  await page.goto("/signin");
  await enter(other, other.users[0]?.password ?? "");
  await page.waitForURL(new RegExp(`/client/${other.id}`));
  await page.getByRole("navigation", { name: "Channels and messages" }).waitFor();
  const rail = page.getByRole("navigation", { name: "Workspaces" });
  await rail.getByRole("link", { name: /^acme/ }).click();
  await page.waitForURL(new RegExp(`/client/${acme.id}`));
  await page.keyboard.press("Control+1");
  await page.waitForURL(new RegExp(`/client/${other.id}`));

  const tokens = await page.evaluate(() =>
    (JSON.parse(localStorage.getItem("taut.sessions") ?? "[]") as { token: string }[]).map((s) => s.token),
  );
  expect(tokens).toHaveLength(2);
  const kept = () => page.evaluate(async () => (await indexedDB.databases()).length);
  await expect.poll(kept).toBeGreaterThan(0);
  const leave = async (w: Seeded) => {
    await page.getByRole("button", { name: /, (active|away)$/i }).click();
    await page.getByRole("menuitem", { name: `Sign out of ${w.name}` }).click();
  };
  await leave(other);
  await page.waitForURL(new RegExp(`/client/${acme.id}`));
  await leave(acme);
  await page.waitForURL(/\/signin/);
  await page.goto(`/client/${acme.id}`);
  await page.waitForURL(/\/signin/);
  await expect.poll(kept).toBe(0);
  // The page that left may have gone before the server heard of it: the next one tells it.
  const answer = (token: string) => server.call(token, "auth.test").then(() => "in", String);
  for (const token of tokens) await expect.poll(() => answer(token)).toMatch(/auth|token/);
});

test("who signs out everywhere else is out on the other device, and in on this one", async () => {
  const user = acme.users[1];
  if (!user) throw new Error("no user");
  const [here, there] = await Promise.all([Person.at(server, acme, user), Person.at(server, acme, user)]);
  await here.page.keyboard.press("Control+,");
  await here.page.getByRole("button", { name: "Account", exact: true }).click();
  await here.page.getByRole("button", { name: "Sign out everywhere else" }).click();
  await there.page.waitForURL(/\/signin/);
  await here.page.keyboard.press("Escape");
  await here.send("still here");
  await here.sees("still here");
  expect(new URL(here.page.url()).pathname).toContain(acme.id);
});

test("the code in the log makes the first workspace, once, and its owner is in it", async () => {
  const empty = await Server.prepare();
  try {
    await empty.start();
    const path = /\/setup#[\w-]+/.exec(empty.log())?.[0];
    if (!path) throw new Error(`no code in the log\n${empty.log()}`);
    const make = async (name: string) => {
      const page = await (await device(empty)).newPage();
      await page.goto(path);
      await page.getByLabel("Name of the workspace").fill(name);
      await page.getByLabel("Your name").fill("Olga Owner");
      await page.getByLabel("Your e-mail address").fill("olga@example.com");
      await page.getByLabel(/^password/i).fill("a long and lonely word");
      await page.getByRole("button", { name: "Make a workspace" }).click();
      return page;
    };
    const page = await make("New Town");
    await page.waitForURL(/\/client\//);
    await page.getByRole("button", { name: "New Town" }).waitFor();
    await page
      .getByRole("navigation", { name: "Channels and messages" })
      .getByRole("link", { name: "general" })
      .click();
    await page.getByRole("textbox", { name: /^Message to #?general$/ }).click();
    await page.keyboard.type("the first word");
    await page.keyboard.press("Enter");
    await page.locator("[data-key]").filter({ hasText: "the first word" }).waitFor();

    const again = await make("Second Town");
    await again.getByRole("alert").filter({ hasText: "This link or code is used" }).waitFor();
  } finally {
    await empty.end("SIGKILL");
  }
});

test("an invitation makes an account that is there for the others", async () => {
  const owner = acme.users[0];
  const invite = await server.call<{ invite: { url: string } }>(owner?.token ?? "", "manage.invites.create", {
    uses: "1",
  });
  const page = await (await device(server)).newPage();
  await page.goto(invite.invite.url);
  await page.getByLabel(/name/i).first().fill("Nora Newcomer");
  await page.getByLabel(/e-?mail/i).fill("nora@acme.example");
  await page.getByLabel(/^password/i).fill("a long and lonely word");
  await page.getByRole("button", { name: /join|create/i }).click();
  await page.waitForURL(new RegExp(`/client/${acme.id}`));
  const users = await server.call<{ members: { real_name: string }[] }>(owner?.token ?? "", "users.list");
  expect(users.members.map((m) => m.real_name)).toContain("Nora Newcomer");
});
