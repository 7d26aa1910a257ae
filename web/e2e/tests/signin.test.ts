import { beforeAll, expect, test } from "vitest";
import { device, tidy } from "../harness/browser";
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
