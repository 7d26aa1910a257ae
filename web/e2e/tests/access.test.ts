import { createRequire } from "node:module";
import type { Page } from "playwright-core";
import { beforeAll, expect, test } from "vitest";
import { device, tidy } from "../harness/browser";
import { Person } from "../harness/person";
import { type Seeded, Server } from "../harness/server";

let server: Server;
let acme: Seeded;

beforeAll(async () => {
  server = await Server.prepare();
  acme = await server.seed({ workspace: "acme", users: 6, channels: 4, messages: 8 });
  await server.start();
});
tidy(() => server);

const axe = createRequire(import.meta.url).resolve("axe-core/axe.min.js");

/** What axe finds serious, said briefly. The page's policy allows no script but its own: a new document script is none of it. */
async function serious(page: Page): Promise<string[]> {
  const found = await page.evaluate(async () => {
    const run = Reflect.get(window, "axe") as {
      run(
        o: object,
      ): Promise<{ violations: { id: string; impact: string; nodes: { html: string; failureSummary?: string }[] }[] }>;
    };
    const { violations } = await run.run({ resultTypes: ["violations"] });
    return violations
      .filter((v) => v.impact === "serious" || v.impact === "critical")
      .map(
        (v) =>
          `${v.id}: ${v.nodes
            .slice(0, 3)
            .map((n) => `${n.html.slice(0, 160)} (${n.failureSummary?.split("\n")[1]?.trim()})`)
            .join(" | ")}`,
      );
  });
  return found;
}

for (const colorScheme of ["light", "dark"] as const) {
  test(`nothing serious on the main screens, ${colorScheme}`, async () => {
    const ada = await Person.at(server, acme, acme.users[0] ?? fail(), acme.channels[0]?.name, { colorScheme });
    await ada.context.addInitScript({ path: axe });
    await ada.send("look at `this`, <@nobody> and https://example.com");
    await server.call(ada.user.token, "chat.postMessage", {
      channel: acme.channels[0]?.id ?? "",
      text: "*bold* and a list",
      blocks: JSON.stringify(blocks),
    });
    const faults: Record<string, string[]> = {};
    const look = async (name: string, path: string, there: () => Promise<unknown>) => {
      await ada.page.goto(`/client/${acme.id}/${path}`);
      await there();
      const found = await serious(ada.page);
      if (found.length > 0) faults[name] = found;
    };
    const main = ada.page.getByRole("main");
    await look("channel", acme.channels[0]?.id ?? "", () => ada.sees("bold and a list"));
    for (const name of [
      "unreads",
      "threads",
      "activity",
      "later",
      "drafts",
      "people",
      "search?q=message",
      "admin/members",
    ]) {
      await look(name, name, async () => {
        await main.getByRole("heading").first().waitFor();
        await ada.page.waitForLoadState("networkidle");
        if (name === "people") await main.getByRole("link", { name: /User/ }).first().waitFor();
      });
    }
    expect(faults).toEqual({});
  });
}

test("nothing serious on the page for signing in", async () => {
  const context = await device(server);
  await context.addInitScript({ path: axe });
  const page = await context.newPage();
  await page.goto("/signin");
  await page.getByRole("button", { name: "Sign in" }).waitFor();
  expect(await serious(page)).toEqual([]);
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
