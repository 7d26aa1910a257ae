import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, openSync, readFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { promisify } from "node:util";
import { eventually } from "./wait";

const run = promisify(execFile);

export interface SeededUser {
  readonly id: string;
  readonly name: string;
  readonly email: string;
  readonly password: string;
  readonly token: string;
}

export interface Seeded {
  readonly id: string;
  readonly domain: string;
  readonly name: string;
  readonly users: readonly SeededUser[];
  readonly channels: readonly { readonly id: string; readonly name: string; readonly members: readonly string[] }[];
}

export interface Seed {
  readonly workspace: string;
  readonly users: number;
  readonly channels: number;
  readonly members?: number | "all";
  readonly messages?: number;
}

/** A taut process with a folder of its own, that can be killed and started again in place. */
export class Server {
  readonly url: string;
  readonly #dir = mkdtempSync(join(process.env.TAUT_RUN ?? "/tmp", "server-"));
  readonly #listen: string;
  readonly #ops: string;
  #process: ChildProcess | undefined;

  private constructor(listen: string, ops: string) {
    this.#listen = listen;
    this.#ops = ops;
    this.url = `http://${listen}`;
  }

  static async prepare(): Promise<Server> {
    return new Server(`127.0.0.1:${await freePort()}`, `127.0.0.1:${await freePort()}`);
  }

  /** Makes a workspace in bulk; the server does not run meanwhile. */
  async seed(s: Seed): Promise<Seeded> {
    const out = join(this.#dir, `${s.workspace}.json`);
    const numbers = {
      users: s.users,
      channels: s.channels,
      bots: 0,
      members: s.members ?? "all",
      messages: s.messages ?? 0,
    };
    const flags = Object.entries(numbers).flatMap(([name, value]) => [`--${name}`, String(value)]);
    await run(binary(), ["seed", "--data", this.#data, "--workspace", s.workspace, "--out", out, ...flags]);
    const seeded: { workspaces: Seeded[] } = JSON.parse(readFileSync(out, "utf8"));
    const made = seeded.workspaces.find((w) => w.domain === s.workspace);
    if (!made) throw new Error(`no workspace ${s.workspace} in ${out}`);
    return made;
  }

  async start(...flags: string[]): Promise<void> {
    const log = openSync(this.#log, "a");
    const args = ["serve", "--data", this.#data, "--listen", this.#listen, "--ops-listen", this.#ops, ...flags];
    const child = spawn(binary(), args, { stdio: ["ignore", log, log] });
    this.#process = child;
    await eventually("the server is ready", async () => {
      if (child.exitCode !== null) throw new Error(`the server ended with ${child.exitCode}\n${this.log()}`);
      return (await fetch(`http://${this.#ops}/readyz`).catch(() => undefined))?.ok === true;
    });
  }

  /** How to sign in to the demonstration, which a start with --demo made. */
  demo(): { workspace: string; email: string; password: string } {
    const said = (what: string) => new RegExp(`^  ${what} +(\\S+)$`, "m").exec(this.log())?.[1] ?? "";
    return { workspace: said("workspace"), email: said("email"), password: said("password") };
  }

  /** kill -9, or a drain. */
  async end(signal: "SIGKILL" | "SIGTERM" = "SIGTERM"): Promise<void> {
    const child = this.#process;
    this.#process = undefined;
    if (!child || child.exitCode !== null) return;
    const gone = once(child, "exit");
    child.kill(signal);
    await gone;
  }

  log(): string {
    return readFileSync(this.#log, "utf8");
  }

  /** Calls a method with a token, outside any browser. */
  async call<T = Record<string, unknown>>(
    token: string,
    method: string,
    args: Record<string, string> = {},
  ): Promise<T> {
    const r = await fetch(`${this.url}/api/${method}`, {
      method: "POST",
      headers: { Authorization: `Bearer ${token}` },
      body: new URLSearchParams(args),
    });
    const answer: { ok: boolean; error?: string } = await r.json();
    if (!answer.ok) throw new Error(`${method}: ${answer.error}`);
    return answer as T;
  }

  get #data(): string {
    return join(this.#dir, "data");
  }

  get #log(): string {
    return join(this.#dir, "log");
  }
}

function binary(): string {
  const path = process.env.TAUT;
  if (!path) throw new Error("TAUT names no binary: run scripts/browser");
  return path;
}

export async function freePort(): Promise<number> {
  const listener = createServer().listen(0, "127.0.0.1");
  await once(listener, "listening");
  const address = listener.address();
  listener.close();
  if (typeof address !== "object" || !address) throw new Error("no port");
  return address.port;
}
