/** How people are found by what is typed of their names. */

import type { User } from "../wire/objects";

/** What people call a user: the display name, or the full one. */
export function nameOf(u: User | undefined): string {
  return u ? u.profile.display_name || u.profile.real_name || u.real_name || u.name : "";
}

const known = new WeakMap<User, string[]>();

/** What a user is found by, the name that people use first. */
export function wordsOf(user: User): string[] {
  let words = known.get(user);
  if (!words) {
    words = [nameOf(user), user.profile.real_name, user.name].map(plain);
    known.set(user, words);
  }
  return words;
}

/** Lower is better; -1: no match. */
function rank(user: User, wanted: string): number {
  let best = -1;
  for (const w of wordsOf(user)) {
    const at = w.indexOf(wanted);
    if (at < 0) continue;
    const rank = w === wanted ? 0 : at === 0 ? 1 : /[\s._-]/.test(w[at - 1] ?? "") ? 2 : 3;
    if (best < 0 || rank < best) best = rank;
  }
  return best;
}

/** Of users that are sorted by name the active ones that match, best first. */
export function searchUsers(sorted: readonly User[], text: string, limit: number): User[] {
  const wanted = plain(text.replace(/^@/, ""));
  // Of each rank the first ones are enough.
  const byRank: User[][] = [[], [], [], []];
  for (const user of sorted) {
    if (user.deleted) continue;
    const found = byRank[wanted === "" ? 0 : rank(user, wanted)];
    if (found && found.length < limit) found.push(user);
    if (byRank[0]?.length === limit) break;
  }
  return byRank.flat().slice(0, limit);
}

export function sortByName(users: readonly User[]): User[] {
  const named = users.map((user) => ({ user, name: wordsOf(user)[0] ?? "" }));
  named.sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
  return named.map((n) => n.user);
}

/** Lower case, without accents. Most names have none, and normalizing thousands is felt. */
function plain(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the range of ASCII
  if (/^[\x00-\x7f]*$/.test(text)) return text.toLowerCase();
  return text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
}
