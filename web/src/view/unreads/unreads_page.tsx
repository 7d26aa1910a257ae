import { CheckCheck, ChevronsDownUp, ChevronsUpDown, Inbox, RefreshCw } from "lucide-react";
import { useEffect, useMemo, useState } from "react";
import { catchUp } from "../../i18n/catch_up";
import { channelTitle } from "../../state/channel_title";
import { remaining, type UnreadChannel, type UnreadPlace } from "../../state/unreads";
import { react, unreadsOf } from "../../state/views";
import type { Workspace } from "../../state/workspace";
import { useApp, useWorkspace } from "../hooks/app";
import { useLayout } from "../hooks/use_layout";
import { useValue } from "../hooks/use_value";
import listing from "../listing/listing.module.css";
import { Rows } from "../listing/rows";
import { useTry } from "../listing/use_try";
import { Button, EmptyState, IconButton, PaneHeader, SkeletonRows } from "../ui";
import { UnreadCard } from "./unread_card";

const s = catchUp.unreads;

/** The conversations with something unread: DMs and mentions first, then the channels by name. */
function unreadPlaces(workspace: Workspace): readonly UnreadPlace[] {
  const muted = workspace.channels.muted.peek();
  const places = workspace.channels.list.peek().flatMap((channel) => {
    const { unread, mentions, lastRead } = workspace.unread.of(channel.id).peek();
    if ((!unread && mentions === 0) || (muted.has(channel.id) && mentions === 0)) return [];
    const dm = channel.is_im === true || channel.is_mpim === true;
    return [
      {
        channel: channel.id,
        lastRead,
        mentions,
        order: dm ? 0 : mentions > 0 ? 1 : 2,
        name: channelTitle(workspace, channel),
      },
    ];
  });
  return places.sort((a, b) => a.order - b.order || a.name.localeCompare(b.name));
}

export function UnreadsPage() {
  const app = useApp();
  const workspace = useWorkspace();
  const phone = useLayout() === "phone"; // there is no room for how many there are
  const unreads = useMemo(() => unreadsOf(workspace), [workspace]);
  const attempt = useTry();
  const status = useValue(workspace.status);
  const channels = useValue(unreads.channels);
  const load = useValue(unreads.load);
  const [allFolded, setAllFolded] = useState(false);

  useEffect(() => {
    if (status === "ready") void unreads.open(unreadPlaces(workspace));
  }, [workspace, unreads, status]);

  const mark = (one: UnreadChannel) => {
    const latest = unreads.latest(one.channel) ?? workspace.unread.of(one.channel).peek().latest;
    unreads.done(one.channel, true);
    workspace.unread.mark(one.channel, latest);
  };
  const undo = (one: UnreadChannel) => {
    unreads.done(one.channel, false);
    const first = one.messages[0]?.ts;
    if (first !== undefined) void workspace.unread.markUnread(one.channel, first);
  };
  const left = remaining(channels);
  const markAll = () => {
    for (const one of left) mark(one);
    app.toasts.show({
      text: s.marked,
      tone: "success",
      action: {
        label: s.undo,
        run: () => {
          for (const one of left) undo(one);
        },
      },
    });
  };
  const foldAll = () => {
    unreads.foldAll(!allFolded);
    setAllFolded(!allFolded);
  };

  return (
    <section className={listing.page} aria-label={s.title}>
      <PaneHeader
        title={s.title}
        subtitle={left.length > 0 && !phone ? s.subtitle(left.length) : undefined}
        actions={
          <>
            <IconButton
              label={s.refresh}
              icon={RefreshCw}
              tip="bottom"
              onClick={() => void unreads.open(unreadPlaces(workspace))}
            />
            {left.length > 1 && (
              <IconButton
                label={allFolded ? s.unfoldAll : s.foldAll}
                icon={allFolded ? ChevronsUpDown : ChevronsDownUp}
                tip="bottom"
                onClick={foldAll}
              />
            )}
            {left.length > 0 && (
              <Button size="sm" tone="quiet" icon={CheckCheck} onClick={markAll}>
                {s.markAll}
              </Button>
            )}
          </>
        }
      />
      <Rows>
        <div className={listing.column}>
          {channels.length === 0 && load.state !== "ready" && <SkeletonRows avatar />}
          {channels.map((one) => (
            <UnreadCard
              key={one.channel}
              one={one}
              onFold={(folded) => unreads.fold(one.channel, folded)}
              onRead={() => mark(one)}
              onUndo={() => undo(one)}
              onReact={(message, name, on) =>
                void attempt(() => react(workspace, unreads, one.channel, message, name, on))
              }
              onRetry={() => void unreads.again(one.channel)}
            />
          ))}
          {left.length === 0 && load.state === "ready" && (
            <EmptyState icon={Inbox} title={s.empty}>
              {s.emptyText}
            </EmptyState>
          )}
        </div>
      </Rows>
    </section>
  );
}
