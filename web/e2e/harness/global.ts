import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Makes the folder of all that a run writes, and deletes it afterwards. */
export function setup(): () => void {
  const scratch = mkdtempSync(join(process.env.TAUT_SCRATCH ?? tmpdir(), "taut-web-"));
  process.env.TAUT_RUN = scratch;
  return () => rmSync(scratch, { recursive: true, force: true });
}
