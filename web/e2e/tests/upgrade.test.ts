import { afterAll, beforeAll, expect, test } from "vitest";
import { tidy } from "../harness/browser";
import { Person } from "../harness/person";
import { type Seeded, Server } from "../harness/server";
import { Upgrading } from "../harness/upgrade";
import { eventually } from "../harness/wait";

let server: Server;
let acme: Seeded;
const proxies: Upgrading[] = [];

beforeAll(async () => {
  server = await Server.prepare();
  acme = await server.seed({ workspace: "acme", users: 1, channels: 1 });
  await server.start();
});
afterAll(() => Promise.all(proxies.map((p) => p.close())));
tidy(() => server);

/** Somebody with the service worker, at a server that can be upgraded under them. */
async function ada(): Promise<[Person, Upgrading]> {
  const [owner] = acme.users;
  if (!owner) throw new Error("no owner");
  const proxy = await Upgrading.before(server);
  proxies.push(proxy);
  const ada = await Person.at(server, acme, owner, undefined, { baseURL: proxy.url, serviceWorkers: "allow" });
  await ada.page.evaluate(async () => {
    await navigator.serviceWorker.ready;
  });
  // Under the worker from the first request on.
  await ada.page.reload();
  await ada.composer.waitFor();
  return [ada, proxy];
}

const entry = (who: Person) =>
  who.page.evaluate(() => document.querySelector('script[type="module"][src]')?.getAttribute("src") ?? "");
const reloadOffer = (who: Person) => who.page.getByRole("button", { name: "Reload" });

test("a page that is open while the server is upgraded says so, and goes on as the new one", async () => {
  const [who, proxy] = await ada();
  await who.page.addInitScript(() => {
    const real = performance.now.bind(performance);
    performance.now = () => real() + Number(sessionStorage.getItem("later") ?? 0);
  });
  await who.page.reload();
  await who.composer.click();
  await who.page.keyboard.type("half a thought");
  const before = await entry(who);
  const comeBack = () => who.page.evaluate(() => document.dispatchEvent(new Event("visibilitychange")));
  await who.page.evaluate(() => sessionStorage.setItem("later", "700000"));
  const looked = who.page.waitForResponse((r) => new URL(r.url()).pathname === "/");
  await comeBack();
  await looked;
  expect(await reloadOffer(who).count()).toBe(0);

  proxy.upgrade();
  await who.page.evaluate(() => sessionStorage.setItem("later", "1400000"));
  await comeBack();
  await reloadOffer(who).click();
  await expect.poll(() => entry(who).catch(() => "")).toBe(before.replace(".js", ".next.js"));
  await expect.poll(() => who.composer.textContent()).toBe("half a thought");
  // What the worker kept is the new build's: it opens without the server.
  await who.page.getByRole("button", { name: /formatting/ }).waitFor();
  await who.context.setOffline(true);
  await who.page.reload();
  await who.composer.waitFor();
  expect(await entry(who)).toContain(".next.js");
});

test("a page whose build is gone works on, and offers to reload where it misses a file", async () => {
  const [who, proxy] = await ada();
  proxy.upgrade();
  await who.page.keyboard.press("Control+,");
  await reloadOffer(who).hover(); // a note stays while the pointer is at it
  expect(await who.page.getByRole("dialog").count()).toBe(0);
  await who.composer.focus();
  await who.page.keyboard.type("still here");
  await who.page.keyboard.press("Enter");
  await who.sees("still here");
  await reloadOffer(who).click();
  await expect.poll(() => entry(who).catch(() => "")).toContain(".next.js");
  await who.composer.waitFor();
  await eventually("preferences are there", async () => {
    await who.page.keyboard.press("Control+,");
    return await who.page.getByRole("dialog", { name: "Preferences" }).isVisible();
  });
});
