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

/** Waits for a part of the client that comes after the first screen. */
async function loaded(p: Person, part: string): Promise<void> {
  await p.page.waitForFunction(
    (name) => performance.getEntriesByType("resource").some((r) => r.name.includes(name)),
    part,
  );
}

test("what is changed offline outlasts a reload, and is there for the others afterwards", async () => {
  const [first, second] = acme.users;
  if (!first || !second) throw new Error("no users");
  const [ada, bob] = await Promise.all([Person.at(server, acme, first), Person.at(server, acme, second)]);
  await ada.send("to be taken back");
  await ada.send("half right");
  await bob.send("a question");
  await bob.act(await bob.sees("a question"), "Add a reaction");
  await bob.page.getByRole("combobox", { name: "Search emoji" }).fill("tada");
  await bob.page.getByRole("option", { name: "tada", selected: true }).waitFor();
  await bob.page.keyboard.press("Enter");
  await (await ada.sees("a question")).getByRole("button", { name: /^tada: 1 reaction/ }).waitFor();

  await loaded(ada, "edit_composer");
  await loaded(ada, "remove_modal");
  await server.end("SIGKILL");
  await ada.page
    .getByText(/Trying again|Reconnecting|Connecting/)
    .first()
    .waitFor();
  await (await ada.sees("a question")).getByRole("button", { name: /^tada/ }).click();
  await ada.composer.click();
  await ada.page.keyboard.press("ArrowUp");
  await ada.page.getByRole("textbox", { name: "Edit message" }).waitFor();
  await ada.page.keyboard.press("End");
  await ada.page.keyboard.type(", now right");
  await ada.page.keyboard.press("Enter");
  await ada.more(await ada.sees("to be taken back"), /^Delete message/);
  await ada.page.getByRole("button", { name: "Delete", exact: true }).click();
  await ada.misses("to be taken back");
  await (await ada.sees("half right, now right")).getByText("Will be sent when the connection is back").waitFor();

  await server.start();
  await ada.page.reload();
  await bob.sees("half right, now right");
  await bob.misses("to be taken back");
  await (await bob.sees("a question")).getByRole("button", { name: /^tada: 2 reactions/ }).waitFor();
  await (await ada.sees("a question")).getByRole("button", { name: /^tada: 2 reactions, including yours/ }).waitFor();
});

test("a draft to its last letter, and its file, are there after a reload", async () => {
  const [first] = acme.users;
  if (!first) throw new Error("no users");
  const ada = await Person.at(server, acme, first, acme.channels[1]?.name);
  const picker = ada.page.locator("input[type=file]").first();
  await picker.setInputFiles({ name: "plan.txt", mimeType: "text/plain", buffer: Buffer.from("the plan") });
  await ada.page.getByText("plan.txt").first().waitFor();
  await ada.composer.click();
  await ada.page.keyboard.type("here is the plan");
  await ada.page.reload();
  await ada.composer.waitFor();
  await ada.page.getByText("plan.txt").first().waitFor();
  await expect.poll(() => ada.composer.textContent()).toBe("here is the plan");

  await ada.composer.press("Control+a");
  await ada.page.keyboard.press("Backspace");
  await ada.page.reload();
  await ada.page.getByText("plan.txt").first().waitFor();
  await expect.poll(() => ada.composer.textContent()).toBe("");
  await ada.send("the plan again");
  await (await ada.sees("the plan again")).getByText("plan.txt").first().waitFor();
  await ada.page.reload();
  await ada.sees("the plan again");
  expect(await ada.page.getByLabel("Attached files").count()).toBe(0);
});
