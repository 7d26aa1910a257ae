import { Api, isPassing } from "../net/api";
import type { Platform } from "../platform/platform";
import { deleteDatabase } from "../store/database";
import { readSessions } from "./session_store";

/** What stays behind when somebody signs out, and goes as soon as it can. */

const key = "taut.ending";
const most = 20;

/** Removes what this device keeps of people who are signed in no more: databases, what they opened and used last, and drafts. */
export async function sweep(platform: Platform): Promise<void> {
  const own = new Set(readSessions(platform.local).map((s) => `${s.team_id}.${s.user}`));
  for (const name of Array.from({ length: platform.local.length }, (_, i) => platform.local.key(i))) {
    const person = /^taut\.(?:recent|told|drafts|signs|emoji)\.([^/]+)/.exec(name ?? "")?.[1];
    if (name && person !== undefined && !own.has(person)) platform.local.removeItem(name);
  }
  const databases = (await platform.indexedDB?.databases?.()) ?? [];
  for (const { name = "" } of databases) {
    const person = /^taut\.(T[A-Z0-9]+\..+)$/.exec(name)?.[1];
    if (platform.indexedDB && person !== undefined && !own.has(person)) await deleteDatabase(platform.indexedDB, name);
  }
}

/** A session whose end did not reach the server: its token is kept until it does. */
export function endLater(platform: Platform, token: string): void {
  write(platform, [...read(platform), token].slice(-most));
}

/** Tells the server of the sessions that were to end. */
export async function endNow(platform: Platform): Promise<void> {
  for (const token of read(platform)) {
    try {
      await new Api(platform, token).call("account.signOut");
    } catch (e) {
      if (isPassing(e)) return; // the others would fare no better
    }
    write(
      platform,
      read(platform).filter((other) => other !== token),
    );
  }
}

function read(platform: Platform): readonly string[] {
  return (platform.local.getItem(key) ?? "").split(" ").filter(Boolean);
}

function write(platform: Platform, tokens: readonly string[]): void {
  if (tokens.length > 0) platform.local.setItem(key, tokens.join(" "));
  else platform.local.removeItem(key);
}
