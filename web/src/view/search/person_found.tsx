import type { User } from "../../wire/objects";
import { GoLink } from "../listing/go_link";
import { PersonAvatar, PersonLabel } from "../listing/person";
import styles from "./found.module.css";

/** Somebody in a list: choosing them shows their profile. */
export function PersonFound({ user }: { readonly user: User }) {
  return (
    <GoLink to={{ side: { type: "profile", user: user.id } }} className={styles.row} row>
      <PersonAvatar user={user} size={36} dot />
      <PersonLabel user={user} note={user.profile.title || `@${user.name}`} />
    </GoLink>
  );
}
