import { Ellipsis, Link2, PanelRight } from "lucide-react";
import { Fragment, type RefObject, useEffect, useRef } from "react";
import { strings } from "../../i18n";
import { catchUp } from "../../i18n/catch_up";
import { type FollowedThread, hiddenReplies, type ThreadsView } from "../../state/threads_view";
import { nameOf } from "../../state/users";
import { react } from "../../state/views";
import type { Workspace } from "../../state/workspace";
import type { Message } from "../../wire/objects";
import { Excerpt } from "../excerpt/excerpt";
import { useApp, useWorkspace } from "../hooks/app";
import { useComputed } from "../hooks/use_computed";
import { PlaceLink } from "../listing/place";
import { Row } from "../listing/rows";
import { useTry } from "../listing/use_try";
import { Badge, IconButton, Menu, MenuItem, MenuSeparator, useAnchor } from "../ui";
import { ThreadReply } from "./thread_reply";
import styles from "./threads_page.module.css";

const s = catchUp.threads;
const mostNames = 4;

/** Whoever takes part, oneself left out. It reads signals. */
function participants(workspace: Workspace, thread: FollowedThread): string {
  const self = workspace.self.value.id;
  const ids = [thread.root.user, ...(thread.root.reply_users ?? []), ...thread.replies.map((reply) => reply.user)];
  const others = [...new Set(ids)].flatMap((id) => (id === undefined || id === self ? [] : [id]));
  const names = others.slice(0, mostNames).flatMap((id) => {
    const user = workspace.users.get(id).value;
    return user === undefined ? [] : [nameOf(user)];
  });
  return names.length === 0 ? "" : s.people(names, others.length - names.length);
}

export interface ThreadCardProps {
  readonly view: ThreadsView;
  readonly thread: FollowedThread;
}

export function ThreadCard({ view, thread }: ThreadCardProps) {
  const app = useApp();
  const workspace = useWorkspace();
  const attempt = useTry();
  const menu = useAnchor();
  const card = useRef<HTMLElement>(null);
  const { channel, root } = thread;
  const people = useComputed(() => participants(workspace, thread), [workspace, thread]);
  const hidden = hiddenReplies(thread);
  const firstNew = thread.replies.find(
    (reply) => reply.ts > thread.lastRead && reply.user !== workspace.self.peek().id,
  )?.ts;
  const open = () => app.navigate({ side: { type: "thread", channel, ts: root.ts } });

  useReadWhenSeen(card, thread.unread > 0, () => void view.read(thread).catch(() => undefined));

  const reactTo = (message: Message, name: string, on?: boolean) =>
    void attempt(() => react(workspace, view, channel, message, name, on));
  const unfollow = async () => {
    if (!(await attempt(() => view.follow(thread, !thread.followed)))) return;
    if (thread.followed) {
      app.toasts.show({
        text: s.unfollowed,
        action: { label: strings.common.undo, run: () => void attempt(() => view.follow(thread, true)) },
      });
    }
  };
  const onKey = (key: string) => {
    if (key !== "Enter") return false;
    open();
    return true;
  };
  return (
    <Row ref={card} className={styles.card} label={people || s.title} onKey={onKey}>
      <header className={styles.head}>
        <div className={styles.titles}>
          <h3>
            <PlaceLink id={channel} at={root.ts} />
          </h3>
          {people !== "" && <span className={styles.people}>{people}</span>}
        </div>
        <Badge count={thread.unread} label={s.unread(thread.unread)} />
        <IconButton label={s.open} icon={PanelRight} size="sm" onClick={open} />
        <IconButton label={s.options} icon={Ellipsis} size="sm" onClick={(e) => menu.toggle(e.currentTarget)} />
        {menu.anchor && (
          <Menu anchor={menu.anchor} label={s.options} placement="bottom-end" onClose={menu.close}>
            <MenuItem icon={PanelRight} onSelect={open}>
              {s.open}
            </MenuItem>
            <MenuItem
              icon={Link2}
              onSelect={() =>
                void copyLink(
                  app.href({ main: { type: "channel", channel }, side: { type: "thread", channel, ts: root.ts } }),
                )
              }
            >
              {s.copyLink}
            </MenuItem>
            <MenuSeparator />
            <MenuItem onSelect={() => void unfollow()}>{thread.followed ? s.unfollow : s.follow}</MenuItem>
          </Menu>
        )}
      </header>
      <div className={styles.body}>
        <div className={styles.messages}>
          <Excerpt message={root} onReact={(name, on) => reactTo(root, name, on)} />
          {hidden > 0 && (
            <p className={styles.more}>
              <button type="button" className={styles.moreButton} onClick={open}>
                {s.more(hidden)}
              </button>
            </p>
          )}
          {thread.replies.map((reply) => (
            <Fragment key={reply.ts}>
              {reply.ts === firstNew && <div className={styles.line}>{s.newReplies}</div>}
              <Excerpt message={reply} onReact={(name, on) => reactTo(reply, name, on)} />
            </Fragment>
          ))}
        </div>
        <div className={styles.reply}>
          <ThreadReply channel={channel} ts={root.ts} onSent={() => void view.read(thread).catch(() => undefined)} />
        </div>
      </div>
    </Row>
  );
}

async function copyLink(path: string): Promise<void> {
  await navigator.clipboard.writeText(new URL(path, window.location.origin).href);
}

const seenAfter = 1_500;

/** A thread whose end was in sight for a moment is read. */
function useReadWhenSeen(card: RefObject<HTMLElement | null>, unread: boolean, read: () => void): void {
  const latest = useRef(read);
  latest.current = read;
  useEffect(() => {
    const element = card.current;
    if (element === null || !unread) return;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const observer = new IntersectionObserver(
      (entries) => {
        clearTimeout(timer);
        const seen = entries.some(
          (e) => e.isIntersecting && e.boundingClientRect.bottom <= (e.rootBounds?.bottom ?? 0) + 1,
        );
        if (seen) timer = setTimeout(() => document.hasFocus() && latest.current(), seenAfter);
      },
      { threshold: [0, 0.25, 0.5, 0.75, 0.9, 1] },
    );
    observer.observe(element);
    return () => {
      clearTimeout(timer);
      observer.disconnect();
    };
  }, [card, unread]);
}
