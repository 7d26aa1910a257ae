import type { Workspace } from "./workspace";

/** When a status goes away by itself. */
export const lifetimes = ["never", "in30", "in60", "in240", "today", "week"] as const;
export type Lifetime = (typeof lifetimes)[number];

/** The moment at which it does, in seconds; 0 for never. */
export function endOf(lifetime: Lifetime, now: Date): number {
  const day = (days: number) =>
    Math.floor(new Date(now.getFullYear(), now.getMonth(), now.getDate() + days).getTime() / 1000) - 1;
  switch (lifetime) {
    case "never":
      return 0;
    case "in30":
    case "in60":
    case "in240":
      return Math.floor(now.getTime() / 1000) + Number(lifetime.slice(2)) * 60;
    case "today":
      return day(1);
    case "week":
      return day(8 - (now.getDay() || 7));
  }
}

/** Sets the caller's status; both empty takes it away. */
export async function setStatus(w: Workspace, emoji: string, text: string, until: number): Promise<void> {
  await w.api.call("users.profile.set", {
    profile: { status_emoji: emoji ? `:${emoji}:` : "", status_text: text, status_expiration: until },
  });
}

/** Minutes until the next day of a kind at nine: tomorrow, or Monday. */
export function minutesUntilNine(day: "tomorrow" | "monday", now: Date): number {
  const ahead = day === "tomorrow" ? 1 : 8 - (now.getDay() || 7);
  const at = new Date(now.getFullYear(), now.getMonth(), now.getDate() + ahead, 9);
  return Math.max(1, Math.round((at.getTime() - now.getTime()) / 60_000));
}
