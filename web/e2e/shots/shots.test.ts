import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { BrowserContextOptions, Page } from "playwright-core";
import { beforeAll, test } from "vitest";
import { callAs, device, signIn, tidy } from "../harness/browser";
import { Server } from "../harness/server";

let server: Server;
// Of all that is looked at, docs/images keeps some; $SHOTS gets everything.
const folder = process.env.SHOTS ?? join(import.meta.dirname, "../../../docs/images");
const kept: Readonly<Record<string, readonly string[]>> = {
  light: ["signin", "thread", "search", "activity", "admin"],
  dark: ["thread", "switcher"],
  tablet: ["channel"],
  phone: ["home", "channel"],
  "phone-dark": ["channel"],
};

beforeAll(async () => {
  mkdirSync(folder, { recursive: true });
  server = await Server.prepare();
  await server.start("--demo");
});
tidy(() => server);

interface Look {
  readonly name: string;
  readonly options: BrowserContextOptions;
}

const desktop = { width: 1440, height: 900 };
const tablet = { viewport: { width: 820, height: 1180 }, deviceScaleFactor: 1.5, hasTouch: true, isMobile: true };
const phone = { viewport: { width: 390, height: 844 }, deviceScaleFactor: 2, hasTouch: true, isMobile: true };
const looks: readonly Look[] = [
  { name: "light", options: { viewport: desktop, colorScheme: "light" } },
  { name: "dark", options: { viewport: desktop, colorScheme: "dark" } },
  { name: "tablet", options: { ...tablet, colorScheme: "light" } },
  { name: "phone", options: { ...phone, colorScheme: "light" } },
  { name: "phone-dark", options: { ...phone, colorScheme: "dark" } },
];

/** Waits until the page is at rest: no request under way, fonts and pictures there. */
async function atRest(page: Page): Promise<void> {
  await page.waitForLoadState("networkidle");
  await page.evaluate(async () => {
    await document.fonts.ready;
    await Promise.all([...document.images].map((i) => (i.complete ? undefined : i.decode().catch(() => undefined))));
    await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
  });
}

for (const { name, options } of looks) {
  test(`the screens, ${name}`, async () => {
    const context = await device(server, options);
    const page = await context.newPage();
    const shoot = async (what: string) => {
      if (process.env.SHOTS === undefined && !kept[name]?.includes(what)) return;
      await atRest(page);
      await page.screenshot({ path: join(folder, `web-${what}-${name}.png`) });
    };
    await page.goto("/signin");
    await page.getByRole("button", { name: "Sign in" }).waitFor();
    await shoot("signin");

    const { team_id, token } = await signIn(context, server.demo());
    const call = <T>(method: string, form: Record<string, string>) => callAs<T>(context, token, method, form);
    const { channels } = await call<{ channels: { id: string; name: string }[] }>("users.conversations", {
      exclude_archived: "true",
      limit: "200",
    });
    const place = async (path: string, there: () => Promise<unknown>) => {
      await page.goto(`/client/${team_id}/${path}`);
      await there();
    };
    const rows = page.locator("[data-key]");
    const general = channels.find((c) => c.name === "general") ?? channels[0];
    const busiest = await mostReplies(call, channels);
    await place(busiest.channel, () => rows.last().waitFor());
    await shoot("channel");
    await place(`${busiest.channel}/thread/${busiest.ts}`, () => page.getByLabel("Messages in the thread").waitFor());
    await shoot("thread");
    const heading = () => page.getByRole("main").getByRole("heading").first().waitFor();
    for (const what of ["threads", "activity", "people"]) {
      await place(what, heading);
      await shoot(what);
    }
    await place(`search?q=${encodeURIComponent("order")}`, heading);
    await shoot("search");
    await place("admin/members", heading);
    await shoot("admin");
    await place("", () => page.getByRole("navigation").first().waitFor());
    await shoot("home");
    await place(general?.id ?? "", () => rows.last().waitFor());
    await page.keyboard.press("Control+k");
    await page.getByRole("combobox").waitFor();
    await shoot("switcher");
  });
}

/** The thread with the most replies: a place where there is something to see. */
async function mostReplies(
  call: (method: string, form: Record<string, string>) => Promise<{ messages: { ts: string; reply_count?: number }[] }>,
  channels: readonly { id: string }[],
): Promise<{ channel: string; ts: string }> {
  let best = { channel: channels[0]?.id ?? "", ts: "", replies: 0 };
  for (const { id } of channels) {
    const { messages } = await call("conversations.history", { channel: id, limit: "200" });
    for (const { ts, reply_count: replies = 0 } of messages)
      if (replies > best.replies) best = { channel: id, ts, replies };
  }
  return best;
}
