import type { BrowserContext, CDPSession, Page } from "playwright-core";

/**
 * Notes when the first message was painted, in ms since the navigation began. Each
 * frame looks before it is painted, and what it sees is on the screen when the task
 * after it runs: to wait for another frame would count that one too. A row that the
 * list has not measured yet is hidden, and is not seen.
 */
export async function notePaint(context: BrowserContext): Promise<void> {
  await context.addInitScript(() => {
    const look = () => {
      const seen = document.querySelector("[data-key]")?.checkVisibility({ visibilityProperty: true });
      if (seen) setTimeout(() => Reflect.set(window, "painted", performance.now()));
      else requestAnimationFrame(look);
    };
    requestAnimationFrame(look);
  });
}

export async function firstPaint(page: Page): Promise<number> {
  const handle = await page.waitForFunction(() => Reflect.get(window, "painted") as number | undefined, undefined, {
    polling: 20,
  });
  return (await handle.jsonValue()) ?? Number.NaN;
}

/** Counts the bytes of scripts as they come over the wire. */
export async function countScripts(page: Page): Promise<() => number> {
  const cdp = await page.context().newCDPSession(page);
  await cdp.send("Network.enable");
  const scripts = new Map<string, number>();
  cdp.on("Network.responseReceived", (e) => {
    if (e.type === "Script") scripts.set(e.requestId, 0);
  });
  cdp.on("Network.loadingFinished", (e) => {
    if (scripts.has(e.requestId)) scripts.set(e.requestId, e.encodedDataLength);
  });
  return () => [...scripts.values()].reduce((a, b) => a + b, 0);
}

/** Clicks on a conversation and tells the ms until its messages are painted: of frames as notePaint says. */
export function switchTo(page: Page, channel: string): Promise<number> {
  return page.evaluate(async (id) => {
    const link = document.querySelector<HTMLElement>(`[data-channel="${id}"]`);
    if (!link) throw new Error(`no ${id} in the sidebar`);
    // The list is named for its conversation; keys may be the same in two of them.
    const shown = () => {
      const row = document.querySelector("[data-key]");
      if (!row?.checkVisibility({ visibilityProperty: true })) return undefined;
      return row.closest("[aria-label]")?.getAttribute("aria-label");
    };
    const before = shown();
    const start = performance.now();
    link.click();
    const frame = () => new Promise<void>((done) => requestAnimationFrame(() => done()));
    const changed = () => location.pathname.includes(id) && shown() !== undefined && shown() !== before;
    do {
      await frame();
      if (performance.now() - start > 10_000) throw new Error(`${id} did not come`);
    } while (!changed());
    await new Promise<void>((done) => setTimeout(done));
    return performance.now() - start;
  }, channel);
}

/** The heap in use once all garbage is gone, in MB. */
export async function heap(cdp: CDPSession): Promise<number> {
  await cdp.send("HeapProfiler.collectGarbage");
  const { usedSize } = await cdp.send("Runtime.getHeapUsage");
  return usedSize / 1e6;
}

/** Has each key's time noted: from the key until the text holds it and is laid out. The frame that shows it is the next one. */
export async function noteKeys(page: Page): Promise<() => Promise<number[]>> {
  await page.evaluate(() => {
    const times: number[] = [];
    Reflect.set(window, "keyTimes", times);
    let pressed = 0;
    addEventListener(
      "keydown",
      (e) => {
        pressed = e.timeStamp;
      },
      true,
    );
    addEventListener(
      "input",
      (e) => {
        const started = pressed;
        const box = e.target instanceof HTMLElement ? e.target : document.body;
        // After all that listens to the change has run.
        setTimeout(() => {
          box.getBoundingClientRect();
          times.push(performance.now() - started);
        });
      },
      true,
    );
  });
  return () => page.evaluate(() => Reflect.get(window, "keyTimes") as number[]);
}
