import type { BrowserContext, CDPSession, Page } from "playwright-core";

/**
 * Notes when the first message was painted, in ms since the navigation began, as the
 * browser says it: when the frame with its text was presented. What the list has not
 * measured yet is hidden, and not painted.
 */
export async function notePaint(context: BrowserContext): Promise<void> {
  await context.addInitScript(() => {
    const mark = new MutationObserver(() => {
      for (const part of document.querySelectorAll("[data-key] :not([elementtiming])"))
        part.setAttribute("elementtiming", "message");
    });
    mark.observe(document, { childList: true, subtree: true });
    new PerformanceObserver((list) => {
      mark.disconnect();
      const painted = Math.min(...list.getEntries().map((e) => Reflect.get(e, "renderTime")));
      Reflect.set(window, "painted", Math.min(painted, Reflect.get(window, "painted") ?? painted));
    }).observe({ type: "element", buffered: true });
  });
}

/** Asked once nothing moves any more: the question itself would take the page's time. */
export async function firstPaint(page: Page): Promise<number> {
  await page.waitForLoadState("networkidle");
  const handle = await page.waitForFunction(() => Reflect.get(window, "painted") as number | undefined, undefined, {
    polling: 20,
  });
  return (await handle.jsonValue()) ?? Number.NaN;
}

/**
 * Sums up what jumps while a page is loaded, as the browser says it (Layout
 * Instability). What nothing was seen of before comes, and does not jump: that is
 * the list, an empty box until its rows are measured.
 */
export async function noteShifts(context: BrowserContext): Promise<void> {
  await context.addInitScript(() => {
    Reflect.set(window, "shifted", 0);
    new PerformanceObserver((list) => {
      for (const shift of list.getEntries()) {
        const sources: readonly { previousRect: DOMRect }[] = Reflect.get(shift, "sources");
        const jumps = sources.some(({ previousRect: { width, height } }) => width * height > 0);
        if (!jumps || Reflect.get(shift, "hadRecentInput")) continue;
        Reflect.set(window, "shifted", Reflect.get(window, "shifted") + Reflect.get(shift, "value"));
      }
    }).observe({ type: "layout-shift", buffered: true });
  });
}

/** To be asked once nothing moves any more. */
export function shifted(page: Page): Promise<number> {
  return page.evaluate(() => Reflect.get(window, "shifted") as number);
}

/** Counts the bytes of scripts as they come over the wire: of those that were there so many ms after the navigation began. */
export async function countScripts(page: Page): Promise<(until: number) => number> {
  const cdp = await page.context().newCDPSession(page);
  await cdp.send("Network.enable");
  const scripts = new Set<string>();
  const came: { readonly at: number; readonly bytes: number }[] = [];
  let began = Number.NaN;
  cdp.on("Network.requestWillBeSent", (e) => {
    if (e.type === "Document") began = e.timestamp;
  });
  cdp.on("Network.responseReceived", (e) => {
    if (e.type === "Script") scripts.add(e.requestId);
  });
  cdp.on("Network.loadingFinished", (e) => {
    if (scripts.has(e.requestId)) came.push({ at: (e.timestamp - began) * 1e3, bytes: e.encodedDataLength });
  });
  return (until) => came.filter(({ at }) => at <= until).reduce((sum, { bytes }) => sum + bytes, 0);
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

/** Has the time of each key in the switcher's field noted: from the key until its list has changed and is laid out. */
export async function noteAnswers(page: Page): Promise<() => Promise<number[]>> {
  await page.getByRole("listbox").evaluate((list) => {
    const times: number[] = [];
    Reflect.set(window, "answerTimes", times);
    let pressed: number | undefined;
    addEventListener(
      "keydown",
      (e) => {
        pressed = e.timeStamp;
      },
      true,
    );
    new MutationObserver(() => {
      if (pressed === undefined) return;
      list.getBoundingClientRect();
      times.push(performance.now() - pressed);
      pressed = undefined;
    }).observe(list, { childList: true, subtree: true, characterData: true });
  });
  return () => page.evaluate(() => Reflect.get(window, "answerTimes") as number[]);
}
