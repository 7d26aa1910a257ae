import type { User } from "../../wire/objects";
import { useApp } from "../hooks/app";
import { PersonAvatar, PersonLabel } from "../listing/person";
import styles from "./found.module.css";

/** Somebody in a list: choosing them shows their profile. */
export function PersonFound({ user }: { readonly user: User }) {
  const app = useApp();
  const side = { type: "profile" as const, user: user.id };
  return (
    <a
      className={styles.row}
      data-row
      href={app.href({ side })}
      onClick={(e) => {
        if (e.metaKey || e.ctrlKey || e.shiftKey) return;
        e.preventDefault();
        app.navigate({ side });
      }}
    >
      <PersonAvatar user={user} size={36} dot />
      <PersonLabel user={user} note={user.profile.title || `@${user.name}`} />
    </a>
  );
}
