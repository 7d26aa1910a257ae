import { Hash, Lock } from "lucide-react";
import { partner } from "../../state/channel_title";
import { nameOf } from "../../state/users";
import type { Channel } from "../../wire/objects";
import { useWorkspace } from "../hooks/app";
import { useComputed } from "../hooks/use_computed";
import { useValue } from "../hooks/use_value";
import { Avatar, type AvatarSize } from "../ui";
import styles from "./sidebar.module.css";

/** A channel's sign, a person's picture, or how many are in a group. */
export function ChannelIcon({
  channel,
  size = 20,
}: {
  readonly channel: Channel | undefined;
  readonly size?: AvatarSize;
}) {
  if (!channel) return <Hash size={16} aria-hidden />;
  if (channel.is_im) return <PartnerPicture channel={channel} size={size} />;
  if (channel.is_mpim) return <span className={styles.group}>{Math.max(2, (channel.num_members ?? 3) - 1)}</span>;
  return channel.is_private ? <Lock size={16} aria-hidden /> : <Hash size={16} aria-hidden />;
}

function PartnerPicture({ channel, size }: { readonly channel: Channel; readonly size: AvatarSize }) {
  const w = useWorkspace();
  const user = useComputed(() => partner(w, channel), [w, channel]);
  const presence = useValue(w.presence.of(channel.user ?? ""));
  return (
    <Avatar
      src={size > 24 ? user?.profile.image_72 : user?.profile.image_48}
      name={nameOf(user)}
      size={size}
      presence={user?.deleted ? undefined : presence}
    />
  );
}
