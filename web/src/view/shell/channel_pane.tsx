import { HashIcon } from "lucide-react";
import { useEffect } from "react";
import { strings } from "../../i18n";
import { recentOf } from "../../state/recent";
import type { ChannelID, Ts } from "../../wire/objects";
import { useApp, useWorkspace } from "../hooks/app";
import { useValue } from "../hooks/use_value";
import { ChannelView } from "../messages/channel_view";
import { Button, EmptyState } from "../ui";
import { ChannelHeader } from "./channel_header";

const t = strings.shell;

export interface ChannelPaneProps {
  readonly channel: ChannelID;
  readonly at?: Ts;
  /** It lies beside another pane, and can be closed. */
  readonly aside?: boolean;
}

/** A conversation under its header. */
export function ChannelPane({ channel, at, aside }: ChannelPaneProps) {
  const app = useApp();
  const w = useWorkspace();
  const missing = useValue(w.channels.missing(channel));
  useEffect(() => {
    if (!aside && !missing) recentOf(w).visit(channel);
  }, [w, channel, aside, missing]);
  if (missing) {
    return (
      <EmptyState
        icon={HashIcon}
        title={t.noChannel}
        actions={<Button onClick={() => app.navigate({ main: { type: "home" } }, { replace: true })}>{t.home}</Button>}
      >
        {t.noChannelText}
      </EmptyState>
    );
  }
  return (
    <>
      <ChannelHeader id={channel} aside={aside} />
      <ChannelView channel={channel} at={at} />
    </>
  );
}
