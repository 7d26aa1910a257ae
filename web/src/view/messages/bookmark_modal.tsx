// Adds a bookmark to a channel, or changes one.

import { type FormEvent, useId, useState } from "react";
import { strings } from "../../i18n";
import { bookmarksOf } from "../../state/bookmarks";
import { codeOf } from "../../state/remote";
import type { Bookmark, ChannelID } from "../../wire/objects";
import { useWorkspace } from "../hooks/app";
import { Button, Field, Modal, ModalBody, TextInput } from "../ui";
import styles from "./bookmarks_bar.module.css";

export interface BookmarkModalProps {
  readonly channel: ChannelID;
  /** The one to change; undefined: a new one. */
  readonly bookmark?: Bookmark;
  readonly close: () => void;
}

export function BookmarkModal({ channel, bookmark, close }: BookmarkModalProps) {
  const w = useWorkspace();
  const form = useId();
  const [link, setLink] = useState(bookmark?.link ?? "");
  const [title, setTitle] = useState(bookmark?.title ?? "");
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState("");
  const save = async (e: FormEvent) => {
    e.preventDefault();
    const url = withScheme(link);
    const fields = {
      link: url,
      title: title.trim() || hostOf(url),
      ...(bookmark?.emoji ? { emoji: bookmark.emoji } : {}),
    };
    setBusy(true);
    try {
      const all = bookmarksOf(w);
      await (bookmark === undefined ? all.add(channel, fields) : all.edit(channel, bookmark.id, fields));
      close();
    } catch (failure) {
      setBusy(false);
      const code = codeOf(failure);
      setError(code === "invalid_link" ? strings.messages.bookmarkHint : strings.messages.actionFailed(code));
    }
  };
  return (
    <Modal
      title={bookmark === undefined ? strings.messages.addBookmark : strings.messages.editBookmark}
      size="sm"
      onClose={close}
      footer={
        <>
          <Button onClick={close}>{strings.common.cancel}</Button>
          <Button tone="primary" type="submit" form={form} busy={busy} disabled={link.trim() === ""}>
            {bookmark === undefined ? strings.messages.bookmarkAdd : strings.common.save}
          </Button>
        </>
      }
    >
      <ModalBody>
        <form id={form} className={styles.fields} onSubmit={(e) => void save(e)}>
          <Field label={strings.messages.bookmarkLink} error={error || undefined}>
            {(field) => (
              <TextInput
                {...field}
                data-autofocus
                value={link}
                inputMode="url"
                placeholder="https://"
                onChange={(e) => setLink(e.target.value)}
              />
            )}
          </Field>
          <Field label={strings.messages.bookmarkTitle}>
            {(field) => (
              <TextInput
                {...field}
                value={title}
                maxLength={256}
                placeholder={hostOf(withScheme(link))}
                onChange={(e) => setTitle(e.target.value)}
              />
            )}
          </Field>
        </form>
      </ModalBody>
    </Modal>
  );
}

function withScheme(link: string): string {
  const text = link.trim();
  return /^[a-z][a-z0-9+.-]*:/i.test(text) || text === "" ? text : `https://${text}`;
}

function hostOf(link: string): string {
  try {
    return new URL(link).host;
  } catch {
    return "";
  }
}
