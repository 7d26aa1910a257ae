import { Users } from "lucide-react";
import { useState } from "react";
import { directory } from "../../i18n/directory";
import type { Usergroup } from "../../wire/objects";
import { useWorkspace } from "../hooks/app";
import { useUser } from "../listing/person";
import { useTry } from "../listing/use_try";
import { smallLine } from "../ui";
import styles from "./people.module.css";
import { PersonRow } from "./person_row";

/** A user group; choosing it shows who is in it. */
export function GroupRow({ group }: { readonly group: Usergroup }) {
  const workspace = useWorkspace();
  const attempt = useTry();
  const [open, setOpen] = useState(false);
  const [users, setUsers] = useState<readonly string[]>(group.users ?? []);
  const toggle = () => {
    setOpen(!open);
    if (open || users.length > 0) return;
    void attempt(async () => {
      const answer = await workspace.api.call<{ users: string[] }>("usergroups.users.list", { usergroup: group.id });
      setUsers(answer.users);
    });
  };
  const count = group.user_count ?? users.length;
  return (
    <>
      <button type="button" className={styles.group} data-row aria-expanded={open} onClick={toggle}>
        <span className={styles.groupIcon}>
          <Users size={18} aria-hidden />
        </span>
        <span className={styles.groupText}>
          <span className={styles.groupName}>
            {group.name} <span className={styles.handle}>@{group.handle}</span>
          </span>
          {group.description && <span className={smallLine}>{group.description}</span>}
        </span>
        {count > 0 && <span className={styles.time}>{directory.people.inGroup(count)}</span>}
      </button>
      {open && (
        <div className={styles.inside}>
          {users.map((id) => (
            <Inside key={id} id={id} />
          ))}
        </div>
      )}
    </>
  );
}

function Inside({ id }: { readonly id: string }) {
  const user = useUser(id);
  return user === undefined ? null : <PersonRow user={user} />;
}
