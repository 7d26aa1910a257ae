import { setTimeout as pause } from "node:timers/promises";

/** How long what should come is waited for, be it an element, an answer or a server: only a guard against what never comes. */
export const patienceMs = 60_000;

/** Asks until the answer is yes. Most waiting is Playwright's; this is for what no page shows. */
export async function eventually(what: string, ask: () => boolean | Promise<boolean>): Promise<void> {
  const end = Date.now() + patienceMs;
  for (;;) {
    if (await ask()) return;
    if (Date.now() > end) throw new Error(`not in ${patienceMs} ms: ${what}`);
    await pause(50);
  }
}
