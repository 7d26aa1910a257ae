import { PencilLine } from "lucide-react";
import { type DragEvent, memo, useEffect } from "react";
import { strings } from "../../i18n";
import { channelTitle, partner } from "../../state/channel_title";
import { draftsOf } from "../../state/drafts";
import type { Channel, ChannelID } from "../../wire/objects";
import { useApp, useWorkspace } from "../hooks/app";
import { useComputed } from "../hooks/use_computed";
import { useValue } from "../hooks/use_value";
import { Badge, ContextMenu, cx, Link, VisuallyHidden } from "../ui";
import { ChannelIcon } from "./channel_icon";
import { ChannelItems } from "./channel_items";
import { dragType } from "./drag";
import styles from "./sidebar.module.css";
import { StatusEmoji } from "./status_emoji";

const t = strings.shell;

/** A conversation of the sidebar: nothing of it renders again when another one changes. */
export const ChannelRow = memo(function ChannelRow({ id }: { readonly id: ChannelID }) {
  const app = useApp();
  const w = useWorkspace();
  const channel = useValue(w.channels.get(id));
  useEffect(() => {
    // A group is called by those who are in it.
    if (channel?.is_mpim)
      void w.channels
        .members(id)
        .loadMore()
        .catch(() => undefined);
  }, [w, id, channel]);
  const title = useComputed(() => channelTitle(w, channel), [w, channel]);
  const { unread, mentions } = useValue(w.unread.of(id));
  const muted = useComputed(() => w.channels.muted.value.has(id), [w, id]);
  const draft = useValue(draftsOf(w).of(id)) !== undefined;
  const current = useComputed(() => {
    const route = app.route.value;
    return route.page === "client" && route.main.type === "channel" && route.main.channel === id;
  }, [app, id]);
  const presence = useComputed(
    () => (channel?.is_im && channel.user ? w.presence.of(channel.user).value : undefined),
    [w, channel],
  );
  const bold = unread && !muted;
  const notes = [
    channel?.is_private && !channel.is_im && !channel.is_mpim && t.privateChannel,
    presence && t[presence],
    bold && t.unread,
    mentions > 0 && t.mentions(mentions),
    muted && t.muted,
    draft && t.draft,
  ]
    .filter(Boolean)
    .join(", ");
  return (
    <li>
      <ContextMenu label={title} menu={() => <ChannelItems id={id} />}>
        <Link
          to={{ main: { type: "channel", channel: id } }}
          data-row
          data-channel={id}
          draggable
          onDragStart={(e: DragEvent) => {
            e.dataTransfer.setData(dragType.channel, id);
            e.dataTransfer.effectAllowed = "move";
          }}
          className={cx(
            styles.row,
            (bold || mentions > 0) && styles.unread,
            muted && styles.muted,
            current && styles.current,
          )}
          aria-current={current ? "page" : undefined}
        >
          <span className={styles.icon} aria-hidden>
            <ChannelIcon channel={channel} />
          </span>
          <span className={styles.name} dir="auto">
            {title}
          </span>
          {notes && <VisuallyHidden>, {notes}</VisuallyHidden>}
          {channel?.is_im && <PartnerStatus channel={channel} />}
          {draft && !current && <PencilLine size={14} className={styles.pencil} aria-hidden />}
          {mentions > 0 && (
            <span className={styles.badge} aria-hidden>
              <Badge count={mentions} />
            </span>
          )}
        </Link>
      </ContextMenu>
    </li>
  );
});

function PartnerStatus({ channel }: { readonly channel: Channel }) {
  const w = useWorkspace();
  const user = useComputed(() => partner(w, channel), [w, channel]);
  return (
    <span className={styles.status} aria-hidden>
      <StatusEmoji user={user} />
    </span>
  );
}
