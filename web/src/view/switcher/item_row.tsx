import { Compass, Search, Zap } from "lucide-react";
import { switcher as t } from "../../i18n/en/switcher";
import { keysOf } from "../../state/commands";
import type { Found } from "../../state/switcher";
import type { User } from "../../wire/objects";
import { useWorkspace } from "../hooks/app";
import { useValue } from "../hooks/use_value";
import { ChannelIcon } from "../shell/channel_icon";
import { StatusEmoji } from "../shell/status_emoji";
import { Avatar, Badge, Kbd, Marked } from "../ui";
import styles from "./switcher.module.css";

export type RowContent = { readonly found: Found } | { readonly key: string; readonly label: string };

/** One line of the results. */
export function ItemRow({ row }: { readonly row: RowContent }) {
  if (!("found" in row)) {
    const Icon = row.key === "search" ? Search : Compass;
    return (
      <>
        <span className={styles.icon}>
          <Icon size={16} aria-hidden />
        </span>
        <span className={styles.title}>{row.label}</span>
      </>
    );
  }
  const { item, ranges } = row.found;
  switch (item.type) {
    case "channel":
      return (
        <>
          <span className={styles.icon}>
            <ChannelIcon channel={item.channel} size={24} />
          </span>
          <span className={styles.title} dir="auto">
            <Marked text={item.title} ranges={ranges} />
          </span>
          <Mentions id={item.id} />
        </>
      );
    case "user":
      return <PersonRow user={item.user} title={item.title} ranges={ranges} />;
    case "command": {
      const keys = keysOf(item.command)[0];
      return (
        <>
          <span className={styles.icon}>
            <Zap size={16} aria-hidden />
          </span>
          <span className={styles.title}>
            <Marked text={item.title} ranges={ranges} />
          </span>
          {keys && <Kbd keys={keys} />}
        </>
      );
    }
  }
}

function Mentions({ id }: { readonly id: string }) {
  const { mentions } = useValue(useWorkspace().unread.of(id));
  return <Badge count={mentions} />;
}

function PersonRow({
  user,
  title,
  ranges,
}: {
  readonly user: User;
  readonly title: string;
  readonly ranges: Found["ranges"];
}) {
  const w = useWorkspace();
  const presence = useValue(w.presence.of(user.id));
  const other = user.profile.real_name !== title ? user.profile.real_name : user.profile.title;
  return (
    <>
      <span className={styles.icon}>
        <Avatar src={user.profile.image_48} name={title} size={24} presence={presence} />
      </span>
      <span className={styles.title} dir="auto">
        <Marked text={title} ranges={ranges} />
        {user.id === w.self.peek().id && <span className={styles.other}> ({t.you})</span>}
        {other && <span className={styles.other}> {other}</span>}
      </span>
      <StatusEmoji user={user} />
    </>
  );
}
