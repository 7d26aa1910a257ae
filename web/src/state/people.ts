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

/** isWebhook tells the bots that webhooks write as: nobody is to write to them or invite them. */
export function isWebhook(user: User): boolean {
  return user.is_bot === true && /^webhook-b[a-z0-9]{10}$/.test(user.name);
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

/** matches tells whether each word begins a word of one of the texts, or one of the texts. */
export function matches(query: string, texts: readonly (string | undefined)[]): boolean {
  const wanted = wordsOf(query);
  return wanted.length === 0 || matchesAll(wanted, beginningsOf(texts));
}

function wordsOf(query: string): readonly string[] {
  return folded(query).split(/\s+/).filter(Boolean);
}

function beginningsOf(texts: readonly (string | undefined)[]): readonly string[] {
  return texts.flatMap((text) => {
    if (text === undefined) return [];
    const whole = folded(text);
    return [whole, ...whole.split(/[\s._@+-]+/)];
  });
}

function matchesAll(wanted: readonly string[], beginnings: readonly string[]): boolean {
  return wanted.every((word) => beginnings.some((text) => text.startsWith(word)));
}

/** What somebody is found by, made once for each state of a user: a directory has thousands. */
const beginnings = new WeakMap<User, readonly string[]>();

function beginningsOfUser(user: User): readonly string[] {
  let known = beginnings.get(user);
  if (known === undefined) {
    const { real_name, display_name, title, email } = user.profile;
    known = beginningsOf([user.name, real_name, display_name, title, email]);
    beginnings.set(user, known);
  }
  return known;
}

/** found are the people of a kind whom a query means, in the order that they come in. */
export function found(users: readonly User[], query: string, kind: PeopleKind): readonly User[] {
  const wanted = wordsOf(query.replace(/^@/, ""));
  return users.filter(
    (user) =>
      user.id !== "USLACKBOT" &&
      isKind(user, kind) &&
      (wanted.length === 0 || matchesAll(wanted, beginningsOfUser(user))),
  );
}

/** sorted are users by their names. */
export function sorted(users: readonly User[]): readonly User[] {
  return [...users].sort(byName);
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
