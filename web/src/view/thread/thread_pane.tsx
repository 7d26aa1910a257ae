// A thread beside its channel: the message that began it, the replies, and
// where one answers.

import { Bell, BellOff, MessagesSquare } from "lucide-react";
import { useMemo } from "react";
import { strings } from "../../i18n";
import { channelTitle } from "../../state/channel_title";
import { codeOf } from "../../state/remote";
import type { Timeline } from "../../state/timeline";
import type { ChannelID, Ts } from "../../wire/objects";
import { Composer } from "../composer/composer";
import { useApp, useWorkspace } from "../hooks/app";
import { useComputed } from "../hooks/use_computed";
import { useValue } from "../hooks/use_value";
import { editLast } from "../messages/channel_view";
import { RepliesDivider } from "../messages/dividers";
import { MessageList } from "../messages/message_list";
import { EmptyState, IconButton, PaneHeader } from "../ui";
import styles from "./thread_pane.module.css";

export interface ThreadPaneProps {
  readonly channel: ChannelID;
  /** The message that began it. */
  readonly ts: Ts;
  /** The reply to lead to. */
  readonly at?: Ts;
}

export function ThreadPane({ channel, ts, at }: ThreadPaneProps) {
  const app = useApp();
  const w = useWorkspace();
  const timeline = useMemo(() => w.threads.of(channel, ts), [w, channel, ts]);
  const place = useComputed(
    () => placeName(channelTitle(w, w.channels.get(channel).value), w.channels.get(channel).value?.is_im),
    [w, channel],
  );
  const archived = useComputed(() => w.channels.get(channel).value?.is_archived === true, [w, channel]);
  const missing = useValue(w.channels.missing(channel));
  const gone = useValue(timeline.error) === "thread_not_found" || missing;
  const close = () => app.navigate({ side: null });
  return (
    <section className={styles.pane} aria-label={strings.messages.inThread}>
      <PaneHeader
        title={strings.messages.inThread}
        subtitle={
          missing ? undefined : (
            <button
              type="button"
              className={styles.place}
              onClick={() =>
                app.navigate({ main: { type: "channel", channel, at: ts }, side: app.client?.side ?? null })
              }
            >
              {place}
            </button>
          )
        }
        actions={!gone && <FollowButton channel={channel} ts={ts} />}
        onClose={close}
      />
      {gone ? (
        <EmptyState icon={MessagesSquare} title={strings.messages.threadGone}>
          {strings.messages.threadGoneText}
        </EmptyState>
      ) : (
        <>
          <MessageList
            key={`${channel}/${ts}`}
            timeline={timeline}
            at={at}
            label={strings.messages.threadList}
            beginning={<div className={styles.top} />}
            afterFirst={<Replies timeline={timeline} />}
          />
          {archived ? (
            <div className={styles.note}>{strings.messages.archivedChannel}</div>
          ) : (
            <Composer channel={channel} thread={ts} onEditLast={() => editLast(w, timeline)} onEscape={close} />
          )}
        </>
      )}
    </section>
  );
}

function placeName(title: string, direct: boolean | undefined): string {
  return direct ? title : `#${title}`;
}

function Replies({ timeline }: { readonly timeline: Timeline }) {
  const count = useComputed(() => Math.max(0, timeline.messages.value.length - 1), [timeline]);
  return count === 0 ? null : <RepliesDivider count={count} />;
}

/** Whether the person hears of new replies. */
function FollowButton({ channel, ts }: { readonly channel: ChannelID; readonly ts: Ts }) {
  const app = useApp();
  const w = useWorkspace();
  const reading = useValue(w.threads.reading(channel, ts));
  if (reading === undefined) return null;
  const on = reading.subscribed;
  const toggle = () =>
    w.threads.follow(channel, ts, !on).catch((error: unknown) => {
      app.toasts.show({ text: strings.messages.actionFailed(codeOf(error)), tone: "danger" });
    });
  return (
    <IconButton
      label={on ? strings.messages.unfollow : strings.messages.follow}
      icon={on ? Bell : BellOff}
      aria-pressed={on}
      tip="bottom"
      onClick={() => void toggle()}
    />
  );
}
