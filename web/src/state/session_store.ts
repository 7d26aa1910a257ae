import type { Session } from "./session";
import type { Shelf } from "./theme";

export type { Session };

const key = "taut.sessions";

/** Who is signed in on this device, the last one first. */
export function readSessions(shelf: Shelf): readonly Session[] {
  try {
    const kept: unknown = JSON.parse(shelf.getItem(key) ?? "[]");
    return Array.isArray(kept) ? kept.filter(isSession) : [];
  } catch {
    return []; // not ours, or torn: the person signs in again
  }
}

export function writeSessions(shelf: Shelf, sessions: readonly Session[]): void {
  const kept = sessions.map(({ token, team_id, team, domain, user }) => ({ token, team_id, team, domain, user }));
  shelf.setItem(key, JSON.stringify(kept));
}

function isSession(v: unknown): v is Session {
  if (typeof v !== "object" || v === null) return false;
  const has = (name: string) => name in v && typeof (v as Record<string, unknown>)[name] === "string";
  return ["token", "team_id", "team", "domain", "user"].every(has);
}
