// The links at a channel's top. Without any, nothing stands there.

import { ArrowLeft, ArrowRight, Link2, Pencil, Plus, Trash2 } from "lucide-react";
import { type DragEvent, type KeyboardEvent, useState } from "react";
import { strings } from "../../i18n";
import { bookmarksOf } from "../../state/bookmarks";
import { codeOf } from "../../state/remote";
import { safeUrl } from "../../text/url";
import type { Bookmark, ChannelID } from "../../wire/objects";
import { openModal } from "../app/modals";
import { useFollow } from "../blocks/inline";
import { Emoji } from "../emoji/emoji";
import { useApp, useWorkspace } from "../hooks/app";
import { useValue } from "../hooks/use_value";
import { ContextMenu, cx, IconButton, MenuItem, MenuSeparator } from "../ui";
import styles from "./bookmarks_bar.module.css";

export function BookmarksBar({ channel }: { readonly channel: ChannelID }) {
  const app = useApp();
  const w = useWorkspace();
  const bookmarks = useValue(bookmarksOf(w).of(channel));
  if (bookmarks.length === 0) return null;
  return (
    <nav className={styles.bar} aria-label={strings.messages.bookmarks}>
      {bookmarks.map((bookmark, i) => (
        <Item key={bookmark.id} channel={channel} bookmark={bookmark} place={i} last={i === bookmarks.length - 1} />
      ))}
      <IconButton
        size="sm"
        label={strings.messages.addBookmark}
        icon={Plus}
        tip="bottom"
        onClick={() => openModal(app, "bookmark", { channel })}
      />
    </nav>
  );
}

/** What is dragged along the bar. */
const dragType = "application/x-taut-bookmark";

interface ItemProps {
  readonly channel: ChannelID;
  readonly bookmark: Bookmark;
  readonly place: number;
  readonly last: boolean;
}

function Item({ channel, bookmark, place, last }: ItemProps) {
  const app = useApp();
  const w = useWorkspace();
  const follow = useFollow();
  const url = safeUrl(bookmark.link);
  const [over, setOver] = useState(false);
  const tell = (error: unknown) =>
    void app.toasts.show({ text: strings.messages.actionFailed(codeOf(error)), tone: "danger" });
  const remove = () => bookmarksOf(w).remove(channel, bookmark.id).catch(tell);
  const move = (id: string, to: number) => bookmarksOf(w).move(channel, id, to).catch(tell);
  const step = (by: -1 | 1) => void move(bookmark.id, place + by);
  const drop = (e: DragEvent) => {
    e.preventDefault();
    setOver(false);
    const id = e.dataTransfer.getData(dragType);
    if (id !== "" && id !== bookmark.id) void move(id, place);
  };
  const key = (e: KeyboardEvent) => {
    if (!e.shiftKey || (e.key !== "ArrowLeft" && e.key !== "ArrowRight")) return;
    e.preventDefault();
    if (e.key === "ArrowLeft" ? place > 0 : !last) step(e.key === "ArrowLeft" ? -1 : 1);
  };
  return (
    <ContextMenu
      label={bookmark.title}
      menu={() => (
        <>
          <MenuItem icon={Pencil} onSelect={() => openModal(app, "bookmark", { channel, bookmark })}>
            {strings.messages.editBookmark}
          </MenuItem>
          <MenuItem icon={ArrowLeft} disabled={place === 0} keys="Shift+ArrowLeft" onSelect={() => step(-1)}>
            {strings.messages.bookmarkLeft}
          </MenuItem>
          <MenuItem icon={ArrowRight} disabled={last} keys="Shift+ArrowRight" onSelect={() => step(1)}>
            {strings.messages.bookmarkRight}
          </MenuItem>
          <MenuSeparator />
          <MenuItem icon={Trash2} danger onSelect={() => void remove()}>
            {strings.messages.removeBookmark}
          </MenuItem>
        </>
      )}
    >
      <a
        href={url}
        target="_blank"
        rel="noopener noreferrer"
        className={cx(styles.item, over && styles.over)}
        title={bookmark.link}
        draggable
        onDragStart={(e) => e.dataTransfer.setData(dragType, bookmark.id)}
        onDragOver={(e) => {
          if (!e.dataTransfer.types.includes(dragType)) return;
          e.preventDefault();
          setOver(true);
        }}
        onDragLeave={() => setOver(false)}
        onDrop={drop}
        onKeyDown={key}
        onClick={(e) => url !== undefined && follow(e, url)}
      >
        {bookmark.emoji ? (
          <Emoji name={bookmark.emoji.replaceAll(":", "")} size={16} decorative />
        ) : (
          <Link2 size={14} aria-hidden />
        )}
        <span className={styles.title} dir="auto">
          {bookmark.title}
        </span>
      </a>
    </ContextMenu>
  );
}
