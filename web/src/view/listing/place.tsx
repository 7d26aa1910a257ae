import { Hash, Lock, type LucideIcon, MessageCircle, Users } from "lucide-react";
import { type ReactNode, useMemo } from "react";
import { channelTitle } from "../../state/channel_title";
import type { Channel } from "../../wire/objects";
import { useWorkspace } from "../hooks/app";
import { useComputed } from "../hooks/use_computed";
import { useValue } from "../hooks/use_value";
import { GoLink } from "./go_link";
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

/** A conversation's sign and name. */
export function PlaceName({ channel }: { readonly channel: Channel }) {
  const workspace = useWorkspace();
  const name = useComputed(() => channelTitle(workspace, channel), [workspace, channel]);
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
  const channel = useChannel(id);
  return (
    <GoLink
      to={{ main: { type: "channel", channel: id, ...(at === undefined ? {} : { at }) } }}
      className={styles.link}
    >
      {children ?? (channel === undefined ? "…" : <PlaceName channel={channel} />)}
    </GoLink>
  );
}
