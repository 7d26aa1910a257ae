import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { freePort } from "./server";
import { eventually } from "./wait";

/** An S3 on loopback with one bucket, the program that scripts/s3 builds. */
export class Bucket {
  readonly url: string;
  /** A configuration file that says so. */
  readonly settings: string;
  readonly #process: ChildProcess;

  private constructor(url: string, settings: string, process: ChildProcess) {
    this.url = url;
    this.settings = settings;
    this.#process = process;
  }

  static async start(): Promise<Bucket> {
    const program = process.env.S3;
    if (!program) throw new Error("S3 names no program: run scripts/browser");
    const dir = mkdtempSync(join(process.env.TAUT_RUN ?? "/tmp", "bucket-"));
    const at = `127.0.0.1:${await freePort()}`;
    mkdirSync(join(dir, "data", "files"), { recursive: true });
    const args = ["--port", at, "--quiet", "--cors-allow-origin", "*", "posix", join(dir, "data")];
    const child = spawn(program, args, {
      stdio: "ignore",
      env: { ...process.env, ROOT_ACCESS_KEY_ID: "taut", ROOT_SECRET_ACCESS_KEY: "taut-secret" },
    });
    const keys = ["access", "secret"].map((name) => join(dir, name));
    writeFileSync(join(dir, "access"), "taut", { mode: 0o600 });
    writeFileSync(join(dir, "secret"), "taut-secret", { mode: 0o600 });
    const settings = join(dir, "taut.toml");
    writeFileSync(
      settings,
      `[files.s3]\nendpoint = "http://${at}"\nbucket = "files"\npath_style = true\n` +
        `access_key_file = "${keys[0]}"\nsecret_key_file = "${keys[1]}"\n`,
    );
    await eventually("the S3 answers", async () => (await fetch(`http://${at}`).catch(() => undefined)) !== undefined);
    return new Bucket(`http://${at}`, settings, child);
  }

  async end(): Promise<void> {
    const gone = once(this.#process, "exit");
    this.#process.kill("SIGKILL");
    await gone;
  }
}
