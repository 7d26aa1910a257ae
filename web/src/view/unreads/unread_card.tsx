import { Check, ChevronDown, ChevronRight, Undo2 } from "lucide-react";
import { catchUp } from "../../i18n/catch_up";
import { channelTitle } from "../../state/channel_title";
import type { UnreadChannel } from "../../state/unreads";
import type { Message } from "../../wire/objects";
import { Excerpt } from "../excerpt/excerpt";
import { useApp, useWorkspace } from "../hooks/app";
import { useComputed } from "../hooks/use_computed";
import { FailureLine } from "../listing/failure";
import { PlaceLink, useChannel } from "../listing/place";
import { Row } from "../listing/rows";
import { Badge, Button, cx, IconButton, SkeletonRows } from "../ui";
import styles from "./unread_card.module.css";

const s = catchUp.unreads;

export interface UnreadCardProps {
  readonly one: UnreadChannel;
  readonly onFold: (folded: boolean) => void;
  readonly onRead: () => void;
  readonly onUndo: () => void;
  readonly onRetry: () => void;
  readonly onReact: (message: Message, name: string, on?: boolean) => void;
}

/** One conversation's unread messages. Enter opens it, M marks it as read, the arrows fold it. */
export function UnreadCard({ one, onFold, onRead, onUndo, onRetry, onReact }: UnreadCardProps) {
  const app = useApp();
  const workspace = useWorkspace();
  const channel = useChannel(one.channel);
  const name = useComputed(() => channelTitle(workspace, channel) || "…", [workspace, channel]);
  const first = one.messages[0]?.ts;
  const folded = one.folded || one.done;
  const onKey = (key: string) => {
    if (key === "Enter") app.navigate({ main: { type: "channel", channel: one.channel } });
    else if (key === "m") one.done ? onUndo() : onRead();
    else if (key === "ArrowLeft") onFold(true);
    else if (key === "ArrowRight") onFold(false);
    else return false;
    return true;
  };
  return (
    <Row className={cx(styles.card, one.done && styles.done)} label={name} onKey={onKey}>
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
        {!one.done && <Badge count={one.mentions} />}
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
            <Excerpt key={message.ts} message={message} onReact={(name, on) => onReact(message, name, on)} />
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
    </Row>
  );
}
