import { MessageSquare } from "lucide-react";
import { directory } from "../../i18n/directory";
import { fullNameOf, standingOf } from "../../state/people";
import { localTime } from "../../state/profile";
import type { User } from "../../wire/objects";
import { useApp, useWorkspace } from "../hooks/app";
import { CoverLink } from "../listing/go_link";
import { PersonAvatar, PersonLabel } from "../listing/person";
import { useTry } from "../listing/use_try";
import { useWhen } from "../listing/use_when";
import { Chip, IconButton } from "../ui";
import styles from "./people.module.css";

const quiet = new Set(["member", "bot"]);

/** Somebody of the directory: choosing them shows their profile, the button writes to them. */
export function PersonRow({ user }: { readonly user: User }) {
  const app = useApp();
  const workspace = useWorkspace();
  const attempt = useTry();
  const when = useWhen();
  const standing = standingOf(user);
  const time = localTime(user, when.now(), undefined, when.habits.hour12);
  const write = () =>
    attempt(async () => {
      const channel = await workspace.channels.openDM([user.id]);
      app.navigate({ main: { type: "channel", channel: channel.id } });
    });
  return (
    <div className={styles.row}>
      <CoverLink to={{ side: { type: "profile", user: user.id } }} label={fullNameOf(user)} className={styles.cover} />
      <PersonAvatar user={user} size={36} dot />
      <PersonLabel user={user} note={user.profile.title || `@${user.name}`} />
      {!quiet.has(standing) && (
        <Chip tone={standing === "guest" || standing === "single_guest" ? "warning" : "plain"}>
          {directory.roles[standing]}
        </Chip>
      )}
      {time !== undefined && <span className={styles.time}>{time.time}</span>}
      {user.deleted !== true && (
        <IconButton
          label={directory.profile.message}
          icon={MessageSquare}
          className={styles.over}
          onClick={() => void write()}
        />
      )}
    </div>
  );
}
