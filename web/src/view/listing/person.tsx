import { type ReactNode, useMemo } from "react";
import { fullNameOf } from "../../state/people";
import { statusOf } from "../../state/profile";
import { nameOf } from "../../state/users";
import type { User } from "../../wire/objects";
import { Emoji } from "../emoji/emoji";
import { useWorkspace } from "../hooks/app";
import { useValue } from "../hooks/use_value";
import { Avatar, type AvatarSize, smallLine } from "../ui";
import { GoLink } from "./go_link";
import styles from "./person.module.css";

export function useUser(id: string): User | undefined {
  const workspace = useWorkspace();
  return useValue(useMemo(() => workspace.users.get(id), [workspace, id]));
}

export function usePresence(id: string): "active" | "away" {
  const workspace = useWorkspace();
  return useValue(useMemo(() => workspace.presence.of(id), [workspace, id]));
}

/** The smallest picture that is sharp at a size. */
export function pictureOf(user: User, size: number): string | undefined {
  const { profile } = user;
  if (size <= 24) return profile.image_48;
  if (size <= 36) return profile.image_72;
  if (size <= 96) return profile.image_192;
  return profile.image_512;
}

/** Somebody's picture; with the dot, whether they are there is watched while it is shown. */
export function PersonAvatar({
  user,
  size = 36,
  dot = false,
}: {
  readonly user: User;
  readonly size?: AvatarSize;
  readonly dot?: boolean;
}) {
  if (dot && user.deleted !== true) return <WatchedAvatar user={user} size={size} />;
  return <Avatar src={pictureOf(user, size)} name={nameOf(user)} size={size} />;
}

function WatchedAvatar({ user, size }: { readonly user: User; readonly size: AvatarSize }) {
  const presence = usePresence(user.id);
  return <Avatar src={pictureOf(user, size)} name={nameOf(user)} size={size} presence={presence} />;
}

/** A name that leads to the profile. */
export function PersonLink({ id, children }: { readonly id: string; readonly children?: ReactNode }) {
  const user = useUser(id);
  return (
    <GoLink to={{ side: { type: "profile", user: id } }} className={styles.link}>
      {children ?? (user === undefined ? "…" : nameOf(user))}
    </GoLink>
  );
}

/** Name and handle on one line, the role or title under it. */
export function PersonLabel({ user, note }: { readonly user: User; readonly note?: ReactNode }) {
  const workspace = useWorkspace();
  const status = statusOf(user, workspace.platform.clock.now());
  const full = fullNameOf(user);
  const { display_name: name } = user.profile;
  // Beside "Ada Lovelace" an "Ada" says nothing new.
  const shown = name && !full.startsWith(name) ? name : undefined;
  return (
    <span className={styles.label}>
      <span className={styles.names}>
        <span className={styles.name}>{full}</span>
        {shown !== undefined && <span className={styles.handle}>{shown}</span>}
        {status !== undefined && (
          <span className={styles.status}>
            {status.emoji !== "" && <Emoji name={status.emoji} size={14} />}
            <span className={styles.statusText}>{status.text}</span>
          </span>
        )}
      </span>
      {note !== undefined && <span className={smallLine}>{note}</span>}
    </span>
  );
}
