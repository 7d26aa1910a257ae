import { type ReactNode, useMemo } from "react";
import { nameOf } from "../../state/users";
import { dateOfTs } from "../../state/when";
import type { Message } from "../../wire/objects";
import { PersonAvatar, PersonLink, useUser } from "../listing/person";
import { useWhen } from "../listing/use_when";
import { Reactions } from "../messages/reactions";
import { Avatar, Chip, cx } from "../ui";
import styles from "./excerpt.module.css";
import { ExcerptBody } from "./excerpt_body";

export interface ExcerptProps {
  readonly message: Message;
  /** Cut after some lines. */
  readonly clamp?: boolean;
  /** Stands beside what matters: smaller, and in a lighter ink. */
  readonly quiet?: boolean;
  /** It is of another day than what it stands beside. */
  readonly dated?: boolean;
  readonly actions?: ReactNode;
  /** Shows its reactions, and lets one react: on, off or the other of what it is. */
  readonly onReact?: (name: string, on?: boolean) => void;
}

/** A message outside of its conversation: who, when, and what. */
export function Excerpt({ message, clamp, quiet, dated, actions, onReact }: ExcerptProps) {
  const when = useWhen();
  const at = useMemo(() => dateOfTs(message.ts), [message.ts]);
  return (
    <div className={cx(styles.excerpt, quiet && styles.quiet)}>
      <Author message={message} />
      <div className={styles.content}>
        <div className={styles.head}>
          <AuthorName message={message} />
          <time className={styles.time} dateTime={at.toISOString()}>
            {dated ? when.moment(at) : when.time(at)}
          </time>
        </div>
        <div className={cx(styles.body, clamp && styles.clamp)} dir="auto">
          <ExcerptBody message={message} brief={clamp === true || quiet === true} />
        </div>
        {onReact !== undefined && (
          <Reactions message={message} actions={{ react: (_message, name, on) => onReact(name, on) }} />
        )}
      </div>
      {actions !== undefined && <div className={styles.actions}>{actions}</div>}
    </div>
  );
}

function Author({ message }: { readonly message: Message }) {
  const user = useUser(message.user ?? "");
  const picture = message.icons?.image_72 ?? message.icons?.image_48 ?? message.bot_profile?.icons?.image_72;
  if (message.bot_id !== undefined && (picture !== undefined || user === undefined)) {
    return <Avatar src={picture} name={message.username ?? message.bot_profile?.name ?? "?"} />;
  }
  return user === undefined ? <Avatar name={message.username ?? "?"} /> : <PersonAvatar user={user} />;
}

function AuthorName({ message }: { readonly message: Message }) {
  const user = useUser(message.user ?? "");
  const own = message.username ?? message.bot_profile?.name;
  if (message.bot_id !== undefined) {
    return (
      <span className={styles.name}>
        {own ?? (user === undefined ? "…" : nameOf(user))} <Chip>APP</Chip>
      </span>
    );
  }
  return message.user === undefined ? <span className={styles.name}>{own}</span> : <PersonLink id={message.user} />;
}
