/** The directory: people and user groups, as one looks for them. */
import type { User, Usergroup } from "../wire/objects";

export const peopleKinds = ["all", "members", "guests", "admins", "deactivated"] as const;
export type PeopleKind = (typeof peopleKinds)[number];

export function fullNameOf(user: User): string {
  return user.profile.real_name || user.real_name || user.name;
}

export type Standing = "primary_owner" | "owner" | "admin" | "member" | "guest" | "single_guest" | "bot";

/** standingOf is the role that a user's flags tell. */
export function standingOf(user: User): Standing {
  if (user.is_bot === true) return "bot";
  if (user.is_primary_owner === true) return "primary_owner";
  if (user.is_owner === true) return "owner";
  if (user.is_admin === true) return "admin";
  if (user.is_ultra_restricted === true) return "single_guest";
  return user.is_restricted === true ? "guest" : "member";
}

function isKind(user: User, kind: PeopleKind): boolean {
  const standing = standingOf(user);
  switch (kind) {
    case "deactivated":
      return user.deleted === true && standing !== "bot";
    case "guests":
      return user.deleted !== true && (standing === "guest" || standing === "single_guest");
    case "admins":
      return user.deleted !== true && (standing === "admin" || standing === "owner" || standing === "primary_owner");
    case "members":
      return user.deleted !== true && standing !== "guest" && standing !== "single_guest" && standing !== "bot";
    case "all":
      return user.deleted !== true && standing !== "bot";
  }
}

/** folded makes capitals and accents alike. */
export function folded(text: string): string {
  return text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
}

/** matches tells whether each word begins a word of one of the texts. */
export function matches(query: string, texts: readonly (string | undefined)[]): boolean {
  const wanted = folded(query).split(/\s+/).filter(Boolean);
  if (wanted.length === 0) return true;
  const words = texts.flatMap((text) => (text === undefined ? [] : folded(text).split(/[\s._@+-]+/)));
  const whole = texts.map((text) => folded(text ?? ""));
  return wanted.every((w) => words.some((word) => word.startsWith(w)) || whole.some((text) => text.startsWith(w)));
}

/** found are the people of a kind whom a query means, by their names. */
export function found(users: readonly User[], query: string, kind: PeopleKind): readonly User[] {
  const fit = users.filter(
    (user) =>
      user.id !== "USLACKBOT" &&
      isKind(user, kind) &&
      matches(query.replace(/^@/, ""), [
        user.name,
        user.profile.real_name,
        user.profile.display_name,
        user.profile.title,
        user.profile.email,
      ]),
  );
  return fit.sort(byName);
}

const collator = new Intl.Collator(undefined, { sensitivity: "base", numeric: true });

export function byName(a: User, b: User): number {
  return collator.compare(fullNameOf(a), fullNameOf(b)) || (a.id < b.id ? -1 : 1);
}

export function foundGroups(groups: readonly Usergroup[], query: string): readonly Usergroup[] {
  return groups
    .filter(
      (group) =>
        (group.date_delete ?? 0) === 0 &&
        matches(query.replace(/^@/, ""), [group.name, group.handle, group.description]),
    )
    .sort((a, b) => collator.compare(a.name, b.name));
}
