// Who wrote a message, as the row shows it, and which rows belong together.

import { isWritten } from "../../state/message_actions";
import { nameOf } from "../../state/users";
import { mediaUrl } from "../../text/url";
import type { Message, User } from "../../wire/objects";

export interface Author {
  readonly name: string;
  /** Whose profile a click shows; "" of a program without one. */
  readonly user: string;
  readonly image?: string;
  /** An emoji's name, in place of a picture. */
  readonly emoji?: string;
  readonly app: boolean;
}

/** The author; user is the one whom the message names, where that is known. */
export function authorOf(m: Message, user: User | undefined): Author {
  const bot = m.bot_id !== undefined || m.subtype === "bot_message";
  const icons = m.icons ?? {};
  const own = icons.image_72 ?? icons.image_64 ?? icons.image_48 ?? icons.image_36;
  const profile = m.bot_profile?.icons;
  const image =
    own ??
    (bot ? (profile?.image_72 ?? profile?.image_48) : undefined) ??
    user?.profile.image_72 ??
    user?.profile.image_48;
  return {
    name: m.username || (bot ? m.bot_profile?.name : undefined) || nameOf(user),
    user: m.user ?? "",
    image: mediaUrl(image),
    emoji: own === undefined ? icons.emoji?.replaceAll(":", "") : undefined,
    app: bot || user?.is_bot === true,
  };
}

const groupMs = 5 * 60_000;

export function msOf(ts: string): number {
  return Number(ts) * 1000;
}

/** Whether two moments lie on one day by this device's clock. */
export function sameDay(a: string, b: string): boolean {
  const [first, second] = [new Date(msOf(a)), new Date(msOf(b))];
  return (
    first.getDate() === second.getDate() &&
    first.getMonth() === second.getMonth() &&
    first.getFullYear() === second.getFullYear()
  );
}

/** Whether a message goes on where the one before it ended: its author is not named again. */
export function continues(m: Message, before: Message): boolean {
  return (
    isWritten(m) &&
    isWritten(before) &&
    m.subtype !== "thread_broadcast" &&
    m.subtype !== "me_message" &&
    before.subtype !== "me_message" &&
    m.user === before.user &&
    m.bot_id === before.bot_id &&
    m.username === before.username &&
    msOf(m.ts) - msOf(before.ts) < groupMs &&
    (m.pinned_to?.length ?? 0) === 0 &&
    sameDay(m.ts, before.ts)
  );
}
