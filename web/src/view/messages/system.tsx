// Messages that nobody wrote: what happened to the channel.

import {
  Archive,
  ArchiveRestore,
  Hash,
  Info,
  Lock,
  LockOpen,
  LogIn,
  LogOut,
  type LucideIcon,
  Pencil,
  Pin,
  Trash2,
} from "lucide-react";
import type { ReactNode } from "react";
import { strings } from "../../i18n";
import { nameOf } from "../../state/users";
import { parseMrkdwn } from "../../text/mrkdwn";
import { excerpt, noNames } from "../../text/plain";
import { toTree } from "../../text/rich_text";
import type { Message } from "../../wire/objects";
import { RichText } from "../blocks/rich_text";
import { useApp, useWorkspace } from "../hooks/app";
import { useComputed } from "../hooks/use_computed";
import styles from "./row.module.css";

const words = strings.messages.join;

/** "group_join" is what "channel_join" is. */
function kindOf(m: Message): string {
  return (m.subtype ?? "").replace(/^group_/, "channel_");
}

const icons: Readonly<Record<string, LucideIcon>> = {
  channel_join: LogIn,
  channel_leave: LogOut,
  channel_topic: Pencil,
  channel_purpose: Pencil,
  channel_name: Hash,
  channel_archive: Archive,
  channel_unarchive: ArchiveRestore,
  channel_convert_to_private: Lock,
  channel_convert_to_public: LockOpen,
  pinned_item: Pin,
  tombstone: Trash2,
};

export function SystemIcon({ message }: { readonly message: Message }) {
  const Icon = icons[kindOf(message)] ?? Info;
  return <Icon size={16} aria-hidden />;
}

export function SystemText({ message }: { readonly message: Message }) {
  if (message.subtype === "tombstone") return <span>{strings.messages.deleted}</span>;
  const did = whatHappened(message);
  if (did === undefined) return <RichText nodes={toTree(parseMrkdwn(message.text))} />;
  return (
    <span dir="auto">
      <PersonName id={message.user ?? ""} /> {did}
    </span>
  );
}

function whatHappened(m: Message): ReactNode {
  switch (kindOf(m)) {
    case "channel_join":
      if (m.inviter === undefined || m.inviter === m.user) return words.joined;
      return (
        <>
          {words.joinedBy} <PersonName id={m.inviter} />
        </>
      );
    case "channel_leave":
      return words.left;
    case "channel_topic":
      return m.topic ? words.topic(excerpt(m.topic, noNames, 250)) : words.topicCleared;
    case "channel_purpose":
      return m.purpose ? words.purpose(excerpt(m.purpose, noNames, 250)) : words.purposeCleared;
    case "channel_name":
      return words.renamed(m.old_name ?? "", m.name ?? "");
    case "channel_archive":
      return words.archived;
    case "channel_unarchive":
      return words.unarchived;
    case "channel_convert_to_private":
      return words.madePrivate;
    case "channel_convert_to_public":
      return words.madePublic;
    case "pinned_item":
      return words.pinned;
  }
  return undefined;
}

/** A person's name, which shows their profile. */
export function PersonName({ id }: { readonly id: string }) {
  const app = useApp();
  const w = useWorkspace();
  const name = useComputed(() => nameOf(w.users.get(id).value), [w, id]);
  if (id === "") return <b>{strings.messages.someone}</b>;
  return (
    <button
      type="button"
      className={styles.person}
      onClick={() => app.navigate({ side: { type: "profile", user: id } })}
    >
      {name || strings.messages.someone}
    </button>
  );
}
