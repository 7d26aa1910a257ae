import {
  BellOff,
  BellRing,
  BookmarkPlus,
  CheckCheck,
  FolderInput,
  Info,
  Link2,
  LogOut,
  SlidersHorizontal,
  Star,
  StarOff,
  X,
} from "lucide-react";
import { strings } from "../../i18n";
import { sidebarOf } from "../../state/sidebar";
import type { Channel, ChannelID } from "../../wire/objects";
import { openModal } from "../app/modals";
import { useApp, useWorkspace } from "../hooks/app";
import { useComputed } from "../hooks/use_computed";
import { useValue } from "../hooks/use_value";
import { MenuItem, MenuLabel, MenuSeparator } from "../ui";

const t = strings.shell;

/** What one may do with a conversation: the sidebar's context menu, and the header's. */
export function ChannelItems({ id }: { readonly id: ChannelID }) {
  const app = useApp();
  const w = useWorkspace();
  const channel = useValue(w.channels.get(id));
  const starred = useComputed(() => w.channels.starred.value.has(id), [w, id]);
  const muted = useComputed(() => w.channels.muted.value.has(id), [w, id]);
  const unread = useValue(w.unread.of(id));
  const attempt = (doing: Promise<unknown>) =>
    void doing.catch(() => app.toasts.show({ text: strings.common.failed, tone: "danger" }));
  return (
    <>
      <MenuItem icon={CheckCheck} disabled={!unread.unread} onSelect={() => w.unread.mark(id, unread.latest)}>
        {t.markRead}
      </MenuItem>
      <MenuItem icon={starred ? StarOff : Star} onSelect={() => attempt(w.channels.star(id, !starred))}>
        {starred ? t.unstar : t.star}
      </MenuItem>
      <MenuItem icon={muted ? BellRing : BellOff} onSelect={() => attempt(w.channels.mute(id, !muted))}>
        {muted ? t.unmute : t.mute}
      </MenuItem>
      <MenuItem icon={SlidersHorizontal} onSelect={() => openModal(app, "channelNotices", { channel: id })}>
        {t.notices}
      </MenuItem>
      <MenuItem
        icon={Info}
        onSelect={() =>
          app.navigate({ main: { type: "channel", channel: id }, side: { type: "details", channel: id } })
        }
      >
        {t.details}
      </MenuItem>
      <MenuItem icon={Link2} onSelect={() => copyLink()}>
        {t.copyLink}
      </MenuItem>
      {!channel?.is_archived && (
        <MenuItem icon={BookmarkPlus} onSelect={() => openModal(app, "bookmark", { channel: id })}>
          {strings.messages.addBookmark}
        </MenuItem>
      )}
      <MoveItems id={id} channel={channel} />
      <MenuSeparator />
      <LeaveItem channel={channel} id={id} />
    </>
  );

  function copyLink() {
    const url = new URL(`/archives/${id}`, window.location.href).href;
    navigator.clipboard
      ? void navigator.clipboard.writeText(url).then(
          () => app.toasts.show({ text: t.copied }),
          () => app.toasts.show({ text: t.copyFailed, tone: "danger" }),
        )
      : app.toasts.show({ text: t.copyFailed, tone: "danger" });
  }
}

function MoveItems({ id, channel }: { readonly id: ChannelID; readonly channel: Channel | undefined }) {
  const app = useApp();
  const sidebar = sidebarOf(useWorkspace());
  const sections = useValue(sidebar.custom);
  const place = useComputed(() => sidebar.sections.value.find((s) => s.channels.includes(id))?.id, [sidebar, id]);
  const own = channel?.is_im || channel?.is_mpim ? "dms" : "channels";
  const move = (to: string) =>
    void sidebar.move(id, to).catch(() => app.toasts.show({ text: strings.common.failed, tone: "danger" }));
  return (
    <>
      <MenuSeparator />
      <MenuLabel>{t.moveTo}</MenuLabel>
      {sections.map((s) => (
        <MenuItem key={s.id} icon={FolderInput} checked={place === s.id} onSelect={() => move(s.id)}>
          {s.name}
        </MenuItem>
      ))}
      {place !== own && (
        <MenuItem icon={FolderInput} onSelect={() => move(own)}>
          {t.sections[own]}
        </MenuItem>
      )}
      <MenuItem icon={FolderInput} onSelect={() => openModal(app, "section", { channel: id })}>
        {t.newSection}
      </MenuItem>
    </>
  );
}

function LeaveItem({ channel, id }: { readonly channel: Channel | undefined; readonly id: ChannelID }) {
  const app = useApp();
  const w = useWorkspace();
  const failed = () => app.toasts.show({ text: strings.common.failed, tone: "danger" });
  const away = () => {
    const main = app.client?.main;
    if (main?.type === "channel" && main.channel === id) app.navigate({ main: { type: "home" } }, { replace: true });
  };
  if (channel?.is_im || channel?.is_mpim) {
    return (
      <MenuItem icon={X} onSelect={() => void w.channels.closeDM(id).then(away, failed)}>
        {t.closeDM}
      </MenuItem>
    );
  }
  const leave = () => void w.channels.leave(id).then(away, failed);
  const sure = () =>
    openModal(app, "confirm", {
      title: t.leaveSure(channel?.name ?? ""),
      text: t.leavePrivate,
      action: t.leave,
      danger: true,
      onConfirm: leave,
    });
  return (
    <MenuItem icon={LogOut} danger disabled={channel?.is_general} onSelect={channel?.is_private ? sure : leave}>
      {t.leave}
    </MenuItem>
  );
}
