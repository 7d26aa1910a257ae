import { directory } from "../../i18n/directory";
import type { Channel } from "../../wire/objects";
import { GoLink } from "../listing/go_link";
import { placeIcon } from "../listing/place";
import { Chip } from "../ui";
import styles from "./found.module.css";

/** A channel in a list. */
export function ChannelFound({ channel }: { readonly channel: Channel }) {
  const Icon = placeIcon(channel);
  return (
    <GoLink to={{ main: { type: "channel", channel: channel.id } }} className={styles.row} row>
      <Icon size={18} aria-hidden className={styles.icon} />
      <span className={styles.text}>
        <span className={styles.name}>
          {channel.name}
          {channel.is_archived === true && <Chip>{directory.archived}</Chip>}
        </span>
        <span className={styles.note}>
          {channel.is_member === true && `${directory.joined} · `}
          {directory.members(channel.num_members ?? 0)}
          {(channel.purpose?.value || channel.topic?.value) && ` · ${channel.purpose?.value || channel.topic?.value}`}
        </span>
      </span>
    </GoLink>
  );
}
