// A conversation below its header: bookmarks, messages, and where one writes.

import { lazy, Suspense, useMemo } from "react";
import { strings } from "../../i18n";
import { channelTitle } from "../../state/channel_title";
import { isOwn, isSent } from "../../state/message_actions";
import { codeOf } from "../../state/remote";
import type { Timeline } from "../../state/timeline";
import type { Workspace } from "../../state/workspace";
import type { ChannelID, Ts } from "../../wire/objects";
import { Composer } from "../composer/composer";
import { useApp, useWorkspace } from "../hooks/app";
import { useComputed } from "../hooks/use_computed";
import { useValue } from "../hooks/use_value";
import { ChannelGreeting } from "../shell/channel_greeting";
import { Button } from "../ui";
import styles from "./channel_view.module.css";
import { listStateOf } from "./list_state";
import { MessageList } from "./message_list";

const BookmarksBar = lazy(() => import("./bookmarks_bar").then((m) => ({ default: m.BookmarksBar })));

export interface ChannelViewProps {
  readonly channel: ChannelID;
  /** The message to lead to. */
  readonly at?: Ts;
}

export function ChannelView({ channel, at }: ChannelViewProps) {
  const w = useWorkspace();
  const timeline = useMemo(() => w.timelines.of(channel), [w, channel]);
  const name = useComputed(() => channelTitle(w, w.channels.get(channel).value), [w, channel]);
  return (
    <div className={styles.view}>
      <Suspense fallback={null}>
        <BookmarksBar channel={channel} />
      </Suspense>
      <MessageList
        key={channel}
        timeline={timeline}
        at={at}
        label={strings.messages.list(name)}
        beginning={<ChannelGreeting channel={channel} />}
      />
      <Foot channel={channel} timeline={timeline} />
    </div>
  );
}

/** Where one writes, or why one can't. */
function Foot({ channel: id, timeline }: { readonly channel: ChannelID; readonly timeline: Timeline }) {
  const app = useApp();
  const w = useWorkspace();
  const channel = useValue(w.channels.get(id));
  if (channel?.is_archived) return <div className={styles.note}>{strings.messages.archivedChannel}</div>;
  if (channel !== undefined && !channel.is_im && !channel.is_mpim && channel.is_member === false) {
    const join = () =>
      w.channels.join(id).catch((error: unknown) => {
        app.toasts.show({ text: strings.messages.actionFailed(codeOf(error)), tone: "danger" });
      });
    return (
      <div className={styles.join}>
        <span>{strings.messages.joinToWrite(channel.name ?? "")}</span>
        <Button tone="primary" onClick={() => void join()}>
          {strings.messages.joinAction}
        </Button>
      </div>
    );
  }
  return <Composer channel={id} onEditLast={() => editLast(w, timeline)} />;
}

/** Begins to edit the last message that the person wrote. */
export function editLast(w: Workspace, timeline: Timeline): boolean {
  const self = w.self.peek().id;
  const key = timeline.messages.peek().findLast((k) => {
    const m = timeline.message(k).peek();
    return m !== undefined && isSent(m) && isOwn(m, self);
  });
  const state = listStateOf(timeline);
  if (key === undefined || state === undefined) return false;
  state.editing.value = key;
  return true;
}
