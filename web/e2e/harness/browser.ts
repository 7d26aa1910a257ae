import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { type Browser, type BrowserContext, type BrowserContextOptions, chromium, type Page } from "playwright-core";
import { afterAll, afterEach, type TestContext } from "vitest";
import type { Server } from "./server";
import { patienceMs } from "./wait";

const flags = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

let launched: Promise<Browser> | undefined;

/** The one browser of the run. */
export function browser(): Promise<Browser> {
  launched ??= chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", args: flags });
  return launched;
}

const contexts = new Set<BrowserContext>();
const complaints: string[] = [];

async function closeContexts(): Promise<void> {
  await Promise.all([...contexts].map((c) => c.close()));
  contexts.clear();
  complaints.length = 0;
}

/** Ends what the tests of a file opened: browsers' contexts after each, the server at the end. */
export function tidy(server: () => Server | undefined): void {
  afterEach(async (test) => {
    if (test.task.result?.state === "fail") await show(test, server());
    await closeContexts();
  });
  afterAll(async () => {
    await closeContexts();
    await server()?.end("SIGKILL");
  });
}

/** Says what the pages and the server complained of, and keeps pictures of the pages in build/browser. */
async function show(test: TestContext, server: Server | undefined): Promise<void> {
  for (const line of complaints.slice(0, 20)) console.error(line);
  const said = server?.log().split("\n") ?? [];
  for (const line of said.filter((l) => /WARN|ERROR/.test(l)).slice(-20)) console.error(line);
  const folder = join(import.meta.dirname, "../../../build/browser");
  mkdirSync(folder, { recursive: true });
  const pages = [...contexts].flatMap((c) => c.pages());
  const name = test.task.name.replace(/\W+/g, "-").slice(0, 60);
  await Promise.all(
    pages.map((page, i) => page.screenshot({ path: join(folder, `${name}-${i + 1}.png`) }).catch(() => undefined)),
  );
}

process.once("beforeExit", () => void launched?.then((b) => b.close()));

/** A device: a context with cookies and storage of its own. */
export async function device(server: Server, options: BrowserContextOptions = {}): Promise<BrowserContext> {
  const context = await (await browser()).newContext({
    baseURL: server.url,
    viewport: { width: 1280, height: 800 },
    serviceWorkers: "block",
    reducedMotion: "reduce",
    ...options,
  });
  contexts.add(context);
  context.setDefaultTimeout(patienceMs);
  return context;
}

export interface Entered {
  readonly token: string;
  readonly team_id: string;
  readonly team: string;
  readonly domain: string;
  readonly user: string;
}

/** Signs a device in as the pages do: the cookie in the jar, the token in the storage. */
export async function signIn(
  context: BrowserContext,
  who: { workspace: string; email: string; password: string },
): Promise<Entered> {
  const answer = await context.request.post("/api/account.signIn", { data: who });
  const entered: Entered & { ok: boolean; error?: string } = await answer.json();
  if (!entered.ok) throw new Error(`sign in: ${entered.error}`);
  const { token, team_id, team, domain, user } = entered;
  const session = { token, team_id, team, domain, user };
  await context.addInitScript((mine) => {
    const kept: { team_id: string }[] = JSON.parse(localStorage.getItem("taut.sessions") ?? "[]");
    if (kept.some((s) => s.team_id === mine.team_id)) return;
    localStorage.setItem("taut.sessions", JSON.stringify([...kept, mine]));
  }, session);
  return session;
}

/** Calls a method as the page would: with the token and the cookie of the device. */
export async function callAs<T>(
  context: BrowserContext,
  token: string,
  method: string,
  form: Record<string, string>,
): Promise<T> {
  const r = await context.request.post(`/api/${method}`, { headers: { Authorization: `Bearer ${token}` }, form });
  const answer: T & { ok: boolean; error?: string } = await r.json();
  if (!answer.ok) throw new Error(`${method}: ${answer.error}`);
  return answer;
}

/** Collects what goes wrong in a page; a failing test prints it. */
export function watch(page: Page, who: string): string[] {
  const errors: string[] = [];
  const note = (line: string) => {
    errors.push(line);
    complaints.push(`${who}: ${line}`);
  };
  page.on("pageerror", (e) => note(e.message));
  page.on("console", (m) => {
    if (m.type() === "error") note(m.text());
  });
  return errors;
}
