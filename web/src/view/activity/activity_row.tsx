import { AtSign, Megaphone, MessagesSquare, SmilePlus, Tag, Users } from "lucide-react";
import { useMemo } from "react";
import { catchUp } from "../../i18n/catch_up";
import type { ActivityItem, ActivityReason } from "../../state/activity";
import { nameOf } from "../../state/users";
import { dateOfTs } from "../../state/when";
import { Emoji } from "../emoji/emoji";
import { ExcerptBody } from "../excerpt/excerpt_body";
import { PersonAvatar, useUser } from "../listing/person";
import { PlaceName, useChannel } from "../listing/place";
import { useWhen } from "../listing/use_when";
import { Avatar, cx, VisuallyHidden } from "../ui";
import styles from "./activity.module.css";

const s = catchUp.activity;

const icons: Record<ActivityReason, typeof AtSign> = {
  you: AtSign,
  group: Users,
  channel: Megaphone,
  keyword: Tag,
  reply: MessagesSquare,
  reaction: SmilePlus,
};

export interface ActivityRowProps {
  readonly item: ActivityItem;
  readonly isNew: boolean;
  readonly onOpen: () => void;
}

/** One thing that happened: who did what where, and the message. All of it is one button. */
export function ActivityRow({ item, isNew, onOpen }: ActivityRowProps) {
  const when = useWhen();
  const user = useUser(item.user);
  const channel = useChannel(item.channel);
  const at = useMemo(() => dateOfTs(item.at), [item.at]);
  const Icon = icons[item.reason];
  const others = (item.reaction?.count ?? 1) - 1;
  return (
    <div className={cx(styles.row, isNew && styles.fresh)}>
      <button type="button" className={styles.cover} data-row onClick={onOpen} aria-label={catchUp.goTo} />
      <span className={styles.who}>
        {user === undefined ? <Avatar name="?" /> : <PersonAvatar user={user} />}
        <span className={styles.sign}>
          {item.reaction === undefined ? <Icon size={12} aria-hidden /> : <Emoji name={item.reaction.name} size={14} />}
        </span>
      </span>
      <div className={styles.content}>
        <p className={styles.head}>
          <span className={styles.what}>
            <strong>{user === undefined ? "…" : nameOf(user)}</strong>{" "}
            {item.reason === "reaction" && others > 0 && `${s.others(others)} `}
            {s.reasons[item.reason]}{" "}
            {channel !== undefined && (
              <>
                {s.in} <PlaceName channel={channel} />
              </>
            )}
          </span>
          {isNew && <VisuallyHidden>{s.new}</VisuallyHidden>}
          <time dateTime={at.toISOString()}>{when.brief(at)}</time>
        </p>
        <div className={styles.body}>
          <ExcerptBody message={item.message} brief />
        </div>
      </div>
    </div>
  );
}
