import { mains } from "../app/panes";

export function ChannelPane({
  channel,
  at,
}: {
  readonly channel: string;
  readonly at?: string;
  readonly aside?: boolean;
}) {
  return <mains.channel channel={channel} at={at} />;
}
