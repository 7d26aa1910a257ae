import { directory } from "../../i18n/directory";
import type { Channel } from "../../wire/objects";
import { GoLink } from "../listing/go_link";
import { placeIcon } from "../listing/place";
import { Chip, RowText } from "../ui";
import styles from "./found.module.css";

/** A channel in a list. */
export function ChannelFound({ channel }: { readonly channel: Channel }) {
  const Icon = placeIcon(channel);
  return (
    <GoLink to={{ main: { type: "channel", channel: channel.id } }} className={styles.row} row>
      <Icon size={18} aria-hidden className={styles.icon} />
      <RowText name={channel.name} mark={channel.is_archived === true && <Chip>{directory.archived}</Chip>}>
        {channel.is_member === true && `${directory.joined} · `}
        {directory.members(channel.num_members ?? 0)}
        {(channel.purpose?.value || channel.topic?.value) && ` · ${channel.purpose?.value || channel.topic?.value}`}
      </RowText>
    </GoLink>
  );
}
