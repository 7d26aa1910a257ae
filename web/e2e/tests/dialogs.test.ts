import { beforeAll, expect, test } from "vitest";
import { tidy } from "../harness/browser";
import { Person } from "../harness/person";
import { type Seeded, Server } from "../harness/server";

let server: Server;
let acme: Seeded;

beforeAll(async () => {
  server = await Server.prepare();
  acme = await server.seed({ workspace: "acme", users: 3, channels: 2 });
  await server.start();
});
tidy(() => server);

test("what is typed while a dialog's code is on its way goes into its field", async () => {
  const [owner] = acme.users;
  if (!owner) throw new Error("no owner");
  const ada = await Person.at(server, acme, owner);
  let arrive = () => {};
  const asked = new Promise<void>((resolve) => {
    void ada.context.route(/new_message_modal/, async (route) => {
      resolve();
      await new Promise<void>((go) => {
        arrive = go;
      });
      await route.continue();
    });
  });
  await ada.page.reload();
  await ada.composer.click();
  await ada.page.keyboard.type("before ");
  await ada.page.keyboard.press("Control+Shift+O");
  await ada.page.keyboard.type("User 22");
  await ada.page.keyboard.press("Backspace");
  await asked;
  arrive();
  const field = ada.page.getByRole("dialog").getByRole("combobox");
  await field.waitFor();
  await ada.page.keyboard.type("x");
  await expect.poll(() => field.inputValue()).toBe("User 2x");
  await ada.page.getByRole("button", { name: "Cancel" }).click();
  await field.waitFor({ state: "detached" });
  expect((await ada.composer.textContent())?.trim()).toBe("before");
  // The focus is back in the composer.
  await ada.page.keyboard.type("and after");
  await expect.poll(() => ada.composer.textContent()).toBe("before and after");
});

test("a dialog that is called off before it is there stays away, and keeps no keys", async () => {
  const [, member] = acme.users;
  if (!member) throw new Error("no member");
  const ada = await Person.at(server, acme, member);
  let arrive = () => {};
  const asked = new Promise<void>((resolve) => {
    void ada.context.route(/new_message_modal/, async (route) => {
      resolve();
      await new Promise<void>((go) => {
        arrive = go;
      });
      await route.continue();
    });
  });
  await ada.page.reload();
  await ada.composer.click();
  await ada.page.keyboard.press("Control+Shift+O");
  await asked;
  await ada.page.keyboard.type("lost");
  await ada.page.keyboard.press("Escape");
  await ada.page.keyboard.type("kept");
  await expect.poll(() => ada.composer.textContent()).toBe("kept");
  const answer = ada.page.waitForResponse(/new_message_modal.*\.js/);
  arrive();
  const code = await answer;
  await code.finished();
  // Once the page has run it, and drawn since, the dialog would be there.
  await ada.page.evaluate(`import(${JSON.stringify(code.url())})`);
  await ada.page.evaluate(async () => {
    for (let n = 0; n < 3; n++) await new Promise(requestAnimationFrame);
  });
  expect(await ada.page.getByRole("dialog").count()).toBe(0);
  // Asked for again it begins with nothing.
  await ada.page.keyboard.press("Control+Shift+O");
  const field = ada.page.getByRole("dialog").getByRole("combobox");
  await field.waitFor();
  expect(await field.inputValue()).toBe("");
});
