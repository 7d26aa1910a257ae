import { ArrowLeft, ChevronDown, Pin, Search, UsersRound, X } from "lucide-react";
import { strings } from "../../i18n";
import { channelSizes } from "../../state/channel_sizes";
import { channelTitle, partner } from "../../state/channel_title";
import { excerpt, noNames } from "../../text/plain";
import type { Channel, ChannelID } from "../../wire/objects";
import { openModal } from "../app/modals";
import { useApp, useWorkspace } from "../hooks/app";
import { useComputed } from "../hooks/use_computed";
import { useLayout } from "../hooks/use_layout";
import { useValue } from "../hooks/use_value";
import { Chip, IconButton, Menu, Tooltip, useAnchor } from "../ui";
import styles from "./channel_header.module.css";
import { ChannelIcon } from "./channel_icon";
import { ChannelItems } from "./channel_items";
import { StatusEmoji } from "./status_emoji";

const t = strings.shell;

/** What the conversation is: its name with its menu, its topic, who is in it, what is pinned. */
export function ChannelHeader({ id, aside }: { readonly id: ChannelID; readonly aside?: boolean }) {
  const app = useApp();
  const w = useWorkspace();
  const phone = useLayout() === "phone";
  const channel = useValue(w.channels.get(id));
  const title = useComputed(() => channelTitle(w, channel), [w, channel]);
  const menu = useAnchor();
  const details = (tab?: string) => app.navigate({ side: { type: "details", channel: id, ...(tab && { tab }) } });
  const members = useValue(channelSizes(w).of(id));
  return (
    <header className={styles.header}>
      {phone && (
        <IconButton
          label={t.back}
          icon={ArrowLeft}
          size="lg"
          tip="none"
          onClick={() => app.back()}
          className={styles.back}
        />
      )}
      <button
        type="button"
        className={styles.name}
        aria-haspopup="menu"
        aria-expanded={menu.anchor !== null}
        onClick={(e) => (phone ? details() : menu.toggle(e.currentTarget))}
      >
        <span className={styles.icon}>
          <ChannelIcon channel={channel} size={24} />
        </span>
        <h2 className={styles.title} dir="auto">
          {title}
        </h2>
        {channel?.is_im && <HeaderStatus channel={channel} />}
        {channel?.is_archived && <Chip>{t.archived}</Chip>}
        <ChevronDown size={16} aria-hidden className={styles.chevron} />
      </button>
      {!phone && <Topic channel={channel} onOpen={() => details()} />}
      <span className={styles.tools}>
        {members > 0 && !phone && (
          <Tooltip text={t.members(members)} side="bottom">
            <button
              type="button"
              className={styles.members}
              aria-label={t.members(members)}
              onClick={() => details("members")}
            >
              <UsersRound size={16} aria-hidden />
              {members}
            </button>
          </Tooltip>
        )}
        {!phone && <IconButton label={t.pins} icon={Pin} size="md" tip="bottom" onClick={() => details("pins")} />}
        <IconButton
          label={t.searchHere}
          icon={Search}
          tip="bottom"
          onClick={() => openModal(app, "searchBox", { ...(channel && { channel: id }) })}
        />
        {aside && !phone && (
          <IconButton label={t.closeSide} icon={X} tip="bottom" onClick={() => app.navigate({ side: null })} />
        )}
      </span>
      {menu.anchor && (
        <Menu anchor={menu.anchor} onClose={menu.close} label={title}>
          <ChannelItems id={id} />
        </Menu>
      )}
    </header>
  );
}

function HeaderStatus({ channel }: { readonly channel: Channel }) {
  const w = useWorkspace();
  const user = useComputed(() => partner(w, channel), [w, channel]);
  return <StatusEmoji user={user} />;
}

function Topic({ channel, onOpen }: { readonly channel: Channel | undefined; readonly onOpen: () => void }) {
  const w = useWorkspace();
  const user = useComputed(() => partner(w, channel), [w, channel]);
  if (!channel) return null;
  // A topic is stored text: its entities are read, its links shown as they are called.
  const text = channel.is_im ? user?.profile.title : excerpt(channel.topic?.value ?? "", noNames, 250);
  if (!text) return <span className={styles.topic} />;
  return (
    <button type="button" className={styles.topic} onClick={onOpen} dir="auto" title={text}>
      {text}
    </button>
  );
}
