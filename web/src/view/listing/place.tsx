import { Hash, Lock, type LucideIcon, MessageCircle, Users } from "lucide-react";
import { type ReactNode, useMemo } from "react";
import { nameOf } from "../../state/people";
import type { Workspace } from "../../state/workspace";
import type { Channel } from "../../wire/objects";
import { useApp, useWorkspace } from "../hooks/app";
import { useComputed } from "../hooks/use_computed";
import { useValue } from "../hooks/use_value";
import styles from "./place.module.css";

export function useChannel(id: string): Channel | undefined {
  const workspace = useWorkspace();
  return useValue(useMemo(() => workspace.channels.get(id), [workspace, id]));
}

export function placeIcon(channel: Pick<Channel, "is_im" | "is_mpim" | "is_private">): LucideIcon {
  if (channel.is_im === true) return MessageCircle;
  if (channel.is_mpim === true) return Users;
  return channel.is_private === true ? Lock : Hash;
}

/** placeName reads signals: a DM is called by the other's name. */
export function placeName(workspace: Workspace, channel: Channel): string {
  if (channel.is_im === true) {
    const other = workspace.users.get(channel.user ?? "").value;
    return other === undefined ? "…" : nameOf(other);
  }
  if (channel.is_mpim === true) return groupName(workspace, channel);
  return channel.name ?? "";
}

function groupName(workspace: Workspace, channel: Channel): string {
  const others = (channel.members ?? []).filter((id) => id !== workspace.self.value.id);
  if (others.length === 0)
    return (channel.name ?? "")
      .replace(/^mpdm-/, "")
      .replace(/-\d+$/, "")
      .split("--")
      .join(", ");
  return others
    .map((id) => workspace.users.get(id).value)
    .map((user) => (user === undefined ? "…" : nameOf(user)))
    .join(", ");
}

/** A conversation's sign and name. */
export function PlaceName({ channel }: { readonly channel: Channel }) {
  const workspace = useWorkspace();
  const name = useComputed(() => placeName(workspace, channel), [workspace, channel]);
  const Icon = placeIcon(channel);
  return (
    <span className={styles.place}>
      <Icon size={14} aria-hidden />
      <span className={styles.name}>{name}</span>
    </span>
  );
}

/** The same as a link; at a message where one is named. */
export function PlaceLink({
  id,
  at,
  children,
}: {
  readonly id: string;
  readonly at?: string;
  readonly children?: ReactNode;
}) {
  const app = useApp();
  const channel = useChannel(id);
  const main = { type: "channel" as const, channel: id, ...(at === undefined ? {} : { at }) };
  return (
    <a
      href={app.href({ main })}
      className={styles.link}
      onClick={(e) => {
        if (e.metaKey || e.ctrlKey || e.shiftKey) return;
        e.preventDefault();
        app.navigate({ main });
      }}
    >
      {children ?? (channel === undefined ? "…" : <PlaceName channel={channel} />)}
    </a>
  );
}
