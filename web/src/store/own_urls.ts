/**
 * URLs of the server's own files, as paths. An event was written with the address
 * that the server calls its own, and the page may have come from another of its
 * addresses: the policy of pages allows pictures of no other host.
 */

import type { Message, User } from "../wire/objects";

const own = /^https?:\/\/[^/]+(\/(?:files-pri|files-tmb|avatars|pictures)\/)/;

/** The URL as a path, if it is one of the server's files. */
export function ownPath(url: string): string {
  return url.replace(own, "$1");
}

/** The object with its own URLs as paths: those of the keys that name what is loaded. */
function withPaths<T extends object>(o: T, key: RegExp): T {
  const changed: Record<string, string> = {};
  for (const [name, value] of Object.entries(o)) {
    if (typeof value !== "string" || !key.test(name)) continue;
    const path = ownPath(value);
    if (path === value) continue;
    changed[name] = path;
  }
  return Object.keys(changed).length > 0 ? { ...o, ...changed } : o;
}

export function withOwnFiles(m: Message): Message {
  const files = m.files?.map((f) => withPaths(f, /^(url_private|thumb_)/));
  const icons = m.bot_profile?.icons && withPaths(m.bot_profile.icons, /^image_/);
  return {
    ...m,
    ...(files ? { files } : {}),
    ...(m.bot_profile && icons ? { bot_profile: { ...m.bot_profile, icons } } : {}),
  };
}

export function withOwnPicture(u: User): User {
  const profile = withPaths(u.profile, /^image_/);
  return profile === u.profile ? u : { ...u, profile };
}
