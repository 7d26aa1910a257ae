import { createRequire } from "node:module";
import type { BrowserContext, Page } from "playwright-core";

const source = createRequire(import.meta.url).resolve("axe-core/axe.min.js");

interface Violation {
  readonly id: string;
  readonly impact: string;
  readonly nodes: readonly { readonly html: string; readonly failureSummary?: string }[];
}

/** Brings axe into all documents that come. The pages' policy allows no script but their own: a new document's script is none of theirs. */
export async function bringAxe(context: BrowserContext): Promise<void> {
  await context.addInitScript({ path: source });
}

/** What axe finds serious in the page, or in a part of it, said briefly. */
export async function serious(page: Page, part = "html"): Promise<string[]> {
  const violations = await page.evaluate(async (selector) => {
    const axe = Reflect.get(window, "axe") as {
      run(where: string, o: object): Promise<{ violations: readonly Violation[] }>;
    };
    if (!document.querySelector(selector)) throw new Error(`no ${selector} to look at`);
    return (await axe.run(selector, { resultTypes: ["violations"] })).violations;
  }, part);
  return violations
    .filter((v) => v.impact === "serious" || v.impact === "critical")
    .map((v) => {
      const nodes = v.nodes
        .slice(0, 3)
        .map((n) => `${n.html.slice(0, 160)} (${n.failureSummary?.split("\n")[1]?.trim()})`);
      return `${v.id}: ${nodes.join(" | ")}`;
    });
}
