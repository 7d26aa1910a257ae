import { setTimeout as pause } from "node:timers/promises";

/** Asks until the answer is yes. Most waiting is Playwright's; this is for what no page shows. */
export async function eventually(
  what: string,
  ask: () => boolean | Promise<boolean>,
  patienceMs = 20_000,
): Promise<void> {
  const end = Date.now() + patienceMs;
  for (;;) {
    if (await ask()) return;
    if (Date.now() > end) throw new Error(`not in ${patienceMs} ms: ${what}`);
    await pause(50);
  }
}
