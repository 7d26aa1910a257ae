import { lazy, Suspense } from "react";
import type { User } from "../../wire/objects";
import { Tooltip } from "../ui";

const Emoji = lazy(() => import("../emoji/emoji").then((m) => ({ default: m.Emoji })));

/** The emoji of a person's status, with its text when the pointer rests on it. */
export function StatusEmoji({ user }: { readonly user: User | undefined }) {
  const name = user?.profile.status_emoji?.replaceAll(":", "");
  if (!name) return null;
  const emoji = (
    <span>
      <Suspense>
        <Emoji name={name} />
      </Suspense>
    </span>
  );
  return user?.profile.status_text ? <Tooltip text={user.profile.status_text}>{emoji}</Tooltip> : emoji;
}
