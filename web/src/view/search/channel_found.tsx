import { directory } from "../../i18n/directory";
import type { Channel } from "../../wire/objects";
import { useApp } from "../hooks/app";
import { placeIcon } from "../listing/place";
import { Chip } from "../ui";
import styles from "./found.module.css";

/** A channel in a list. */
export function ChannelFound({ channel }: { readonly channel: Channel }) {
  const app = useApp();
  const main = { type: "channel" as const, channel: channel.id };
  const Icon = placeIcon(channel);
  return (
    <a
      className={styles.row}
      data-row
      href={app.href({ main })}
      onClick={(e) => {
        if (e.metaKey || e.ctrlKey || e.shiftKey) return;
        e.preventDefault();
        app.navigate({ main });
      }}
    >
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
    </a>
  );
}
