import { useMemo } from "react";
import { pick } from "../../i18n/pick";
import { matches } from "../../state/people";
import type { Channel } from "../../wire/objects";
import { useWorkspace } from "../hooks/app";
import { useValue } from "../hooks/use_value";
import { PlaceName, placeIcon } from "../listing/place";
import { Picker, type PickerProps } from "./picker";

export interface ChannelPickerProps
  extends Pick<
    PickerProps<Channel>,
    "id" | "aria-describedby" | "aria-invalid" | "chosen" | "onChange" | "most" | "autoFocus"
  > {
  /** Which of one's channels are offered; all channels that are no DMs where it is not said. */
  readonly fits?: (channel: Channel) => boolean;
}

const offered = 8;

export function ChannelPicker({ fits = isChannel, ...rest }: ChannelPickerProps) {
  const workspace = useWorkspace();
  const mine = useValue(workspace.channels.list);
  const sorted = useMemo(
    () => [...mine].filter(fits).sort((a, b) => (a.name ?? "").localeCompare(b.name ?? "")),
    [mine, fits],
  );
  return (
    <Picker
      {...rest}
      label={pick.channels}
      placeholder={pick.channelPlaceholder}
      keyOf={(channel) => channel.id}
      nameOf={(channel) => channel.name ?? ""}
      find={(text) =>
        sorted.filter((c) => matches(text.replace(/^#/, ""), [c.name])).slice(0, offered + rest.chosen.length)
      }
      none={pick.noChannel}
      sign={(channel) => {
        const Icon = placeIcon(channel);
        return <Icon size={14} aria-hidden />;
      }}
      row={(channel) => <PlaceName channel={channel} />}
    />
  );
}

function isChannel(channel: Channel): boolean {
  return channel.is_im !== true && channel.is_mpim !== true && channel.is_archived !== true;
}
