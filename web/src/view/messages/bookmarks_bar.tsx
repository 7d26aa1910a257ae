// The links at a channel's top. Without any, nothing stands there.

import { Link2, Pencil, Plus, Trash2 } from "lucide-react";
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
import { ContextMenu, IconButton, MenuItem } from "../ui";
import styles from "./bookmarks_bar.module.css";

export function BookmarksBar({ channel }: { readonly channel: ChannelID }) {
  const app = useApp();
  const w = useWorkspace();
  const bookmarks = useValue(bookmarksOf(w).of(channel));
  if (bookmarks.length === 0) return null;
  return (
    <nav className={styles.bar} aria-label={strings.messages.bookmarks}>
      {bookmarks.map((bookmark) => (
        <Item key={bookmark.id} channel={channel} bookmark={bookmark} />
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

function Item({ channel, bookmark }: { readonly channel: ChannelID; readonly bookmark: Bookmark }) {
  const app = useApp();
  const w = useWorkspace();
  const follow = useFollow();
  const url = safeUrl(bookmark.link);
  const remove = () =>
    bookmarksOf(w)
      .remove(channel, bookmark.id)
      .catch((error: unknown) => {
        app.toasts.show({ text: strings.messages.actionFailed(codeOf(error)), tone: "danger" });
      });
  return (
    <ContextMenu
      label={bookmark.title}
      menu={() => (
        <>
          <MenuItem icon={Pencil} onSelect={() => openModal(app, "bookmark", { channel, bookmark })}>
            {strings.messages.editBookmark}
          </MenuItem>
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
        className={styles.item}
        title={bookmark.link}
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
