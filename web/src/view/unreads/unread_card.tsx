import { Check, ChevronDown, ChevronRight, Undo2 } from "lucide-react";
import type { KeyboardEvent } from "react";
import { catchUp } from "../../i18n/catch_up";
import type { UnreadChannel } from "../../state/unreads";
import { Excerpt } from "../excerpt/excerpt";
import { useApp, useWorkspace } from "../hooks/app";
import { useComputed } from "../hooks/use_computed";
import { FailureLine } from "../listing/failure";
import { PlaceLink, placeName, useChannel } from "../listing/place";
import { Badge, Button, cx, IconButton, SkeletonRows } from "../ui";
import styles from "./unread_card.module.css";

const s = catchUp.unreads;

export interface UnreadCardProps {
  readonly one: UnreadChannel;
  readonly onFold: (folded: boolean) => void;
  readonly onRead: () => void;
  readonly onUndo: () => void;
  readonly onRetry: () => void;
}

/** One conversation's unread messages. Enter opens it, M marks it as read, the arrows fold it. */
export function UnreadCard({ one, onFold, onRead, onUndo, onRetry }: UnreadCardProps) {
  const app = useApp();
  const workspace = useWorkspace();
  const channel = useChannel(one.channel);
  const name = useComputed(() => (channel === undefined ? "…" : placeName(workspace, channel)), [workspace, channel]);
  const first = one.messages[0]?.ts;
  const folded = one.folded || one.done;
  const onKeyDown = (e: KeyboardEvent) => {
    if (e.target !== e.currentTarget || e.ctrlKey || e.metaKey || e.altKey) return;
    if (e.key === "Enter") app.navigate({ main: { type: "channel", channel: one.channel } });
    else if (e.key === "m") one.done ? onUndo() : onRead();
    else if (e.key === "ArrowLeft") onFold(true);
    else if (e.key === "ArrowRight") onFold(false);
    else return;
    e.preventDefault();
  };
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: the cards are gone through by the arrow keys
    <article
      className={cx(styles.card, one.done && styles.done)}
      data-row
      tabIndex={0}
      aria-label={name}
      onKeyDown={onKeyDown}
    >
      <header className={styles.head}>
        <IconButton
          label={folded ? s.unfold(name) : s.fold(name)}
          icon={folded ? ChevronRight : ChevronDown}
          size="sm"
          tip="none"
          aria-expanded={!folded}
          disabled={one.done}
          onClick={() => onFold(!one.folded)}
        />
        <h3 className={styles.title}>
          <PlaceLink id={one.channel} />
        </h3>
        <Badge count={one.mentions} />
        {one.load.state === "ready" && (
          <span className={styles.count}>{s.messages(one.messages.length, one.hasMore)}</span>
        )}
        {one.done ? (
          <Button size="sm" tone="quiet" icon={Undo2} onClick={onUndo}>
            {s.keep}
          </Button>
        ) : (
          <Button size="sm" tone="quiet" icon={Check} onClick={onRead}>
            {s.markRead}
          </Button>
        )}
      </header>
      {!folded && (
        <div className={styles.messages}>
          {one.load.state === "failed" && <FailureLine code={one.load.code} retry={onRetry} />}
          {one.load.state === "loading" && <SkeletonRows rows={2} avatar />}
          {one.messages.map((message) => (
            <Excerpt key={message.ts} channel={one.channel} message={message} />
          ))}
          {one.hasMore && (
            <p className={styles.more}>
              <PlaceLink id={one.channel} at={first}>
                {s.more}
              </PlaceLink>
            </p>
          )}
        </div>
      )}
    </article>
  );
}
