// Files as messages and attachments hold them, which anybody may have written:
// what is not of the type that it should have is left out.

import type { File } from "../../wire/objects";
import { array, object } from "../blocks/json";

/** A message has no more files than this. */
const maxFiles = 100;

const numbers = /^(?:created|timestamp|size|lines|original_[wh]|thumb_\d+_[wh])$/;
const booleans = /^(?:editable|is_external|is_public|preview_is_truncated)$/;

/** The files of a list; nothing of it that isn't one. */
export function readFiles(from: unknown): readonly File[] {
  return array(from, maxFiles).flatMap((one) => {
    const members = Object.entries(object(one)).filter(([name, value]) => typeof value === typeOf(name));
    const file = Object.fromEntries(members);
    return typeof file.id === "string" ? [file as unknown as File] : [];
  });
}

function typeOf(name: string): "number" | "boolean" | "string" {
  if (numbers.test(name)) return "number";
  return booleans.test(name) ? "boolean" : "string";
}
