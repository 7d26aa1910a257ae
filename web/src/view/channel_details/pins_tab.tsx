import { Pin as PinIcon, PinOff } from "lucide-react";
import { useEffect } from "react";
import { catchUp } from "../../i18n/catch_up";
import { directory } from "../../i18n/directory";
import type { ChannelDetails, Pin } from "../../state/channel_details";
import { dateOfTs } from "../../state/when";
import type { Channel } from "../../wire/objects";
import { Excerpt } from "../excerpt/excerpt";
import { useWorkspace } from "../hooks/app";
import { CoverLink } from "../listing/go_link";
import { PagedList } from "../listing/paged_list";
import { PersonLink } from "../listing/person";
import { useTry } from "../listing/use_try";
import { useWhen } from "../listing/use_when";
import { EmptyState, IconButton } from "../ui";
import styles from "./details.module.css";

const s = directory.details;

/** What is pinned to a conversation, the latest first. */
export function PinsTab({ channel, details }: { readonly channel: Channel; readonly details: ChannelDetails }) {
  const workspace = useWorkspace();
  useEffect(() => {
    void details.pins.load();
    const again = (event: { channel_id: string }) => {
      if (event.channel_id === details.channel) void details.pins.load();
    };
    const undo = [workspace.on("pin_added", again), workspace.on("pin_removed", again)];
    return () => {
      for (const f of undo) f();
    };
  }, [workspace, details]);
  return (
    <PagedList
      list={details.pins}
      avatar
      rows={3}
      empty={
        <EmptyState icon={PinIcon} title={s.noPins}>
          {s.noPinsText}
        </EmptyState>
      }
    >
      {(pins) => (
        <ul className={styles.pins}>
          {pins.map((pin) => (
            <li key={pin.message.ts}>
              <PinRow pin={pin} channel={channel} details={details} />
            </li>
          ))}
        </ul>
      )}
    </PagedList>
  );
}

function PinRow({
  pin,
  channel,
  details,
}: {
  readonly pin: Pin;
  readonly channel: Channel;
  readonly details: ChannelDetails;
}) {
  const attempt = useTry();
  const when = useWhen();
  const { message } = pin;
  const thread = message.thread_ts !== undefined && message.thread_ts !== message.ts ? message.thread_ts : undefined;
  const main = { type: "channel" as const, channel: channel.id, at: thread ?? message.ts };
  return (
    <div className={styles.pin}>
      <CoverLink to={{ main }} label={catchUp.goTo} className={styles.cover} />
      <p className={styles.pinHead}>
        <PinIcon size={12} aria-hidden />
        <span>
          {s.pinnedBy}{" "}
          <span className={styles.over}>
            <PersonLink id={pin.created_by} />
          </span>{" "}
          · {when.brief(dateOfTs(message.ts))}
        </span>
        {channel.is_archived !== true && (
          <IconButton
            label={s.unpin}
            icon={PinOff}
            size="sm"
            className={styles.over}
            onClick={() => void attempt(() => details.unpin(pin))}
          />
        )}
      </p>
      <Excerpt message={message} clamp />
    </div>
  );
}
