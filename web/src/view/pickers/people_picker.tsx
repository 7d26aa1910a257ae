import { useEffect } from "react";
import { pick } from "../../i18n/pick";
import { fullNameOf, isWebhook } from "../../state/people";
import type { User } from "../../wire/objects";
import { useWorkspace } from "../hooks/app";
import { PersonAvatar, PersonLabel } from "../listing/person";
import { Picker, type PickerProps } from "./picker";

export interface PeoplePickerProps
  extends Pick<
    PickerProps<User>,
    "id" | "aria-describedby" | "aria-invalid" | "chosen" | "onChange" | "most" | "autoFocus"
  > {
  /** Who is not offered. */
  readonly without?: ReadonlySet<string>;
  readonly placeholder?: string;
  readonly bots?: boolean;
}

const offered = 8;

export function PeoplePicker({ without, placeholder, bots = false, ...rest }: PeoplePickerProps) {
  const workspace = useWorkspace();
  useEffect(() => void workspace.users.load(), [workspace]);
  const find = (text: string) =>
    workspace.users
      .search(text.replace(/^@/, ""), offered + (without?.size ?? 0) + rest.chosen.length + 2)
      .filter(
        (user) =>
          without?.has(user.id) !== true && (bots || user.is_bot !== true) && user.deleted !== true && !isWebhook(user),
      )
      .slice(0, offered + rest.chosen.length);
  return (
    <Picker
      {...rest}
      label={pick.people}
      placeholder={placeholder ?? pick.peoplePlaceholder}
      keyOf={(user) => user.id}
      nameOf={fullNameOf}
      find={find}
      none={pick.nobody}
      sign={(user) => <PersonAvatar user={user} size={20} />}
      row={(user) => (
        <>
          <PersonAvatar user={user} size={28} dot />
          <PersonLabel user={user} note={user.profile.title || `@${user.name}`} />
        </>
      )}
    />
  );
}
