import { ArrowUp, CheckCheck, MessagesSquare } from "lucide-react";
import { useEffect, useMemo } from "react";
import { catchUp } from "../../i18n/catch_up";
import { threadKey } from "../../state/threads_view";
import { threadsViewOf } from "../../state/views";
import { useWorkspace } from "../hooks/app";
import { useValue } from "../hooks/use_value";
import listing from "../listing/listing.module.css";
import { PagedList } from "../listing/paged_list";
import { Rows } from "../listing/rows";
import { useTry } from "../listing/use_try";
import { Button, EmptyState, PaneHeader } from "../ui";
import { ThreadCard } from "./thread_card";
import styles from "./threads_page.module.css";

const s = catchUp.threads;

/** All threads that one follows, with what is new in each and a place to answer. */
export function ThreadsPage() {
  const workspace = useWorkspace();
  const attempt = useTry();
  const view = useMemo(() => threadsViewOf(workspace), [workspace]);
  const unread = useValue(view.unreadThreads);
  const hasNews = useValue(view.hasNews);
  useEffect(() => void view.threads.load(), [view]);
  return (
    <section className={listing.page} aria-label={s.title}>
      <PaneHeader
        title={s.title}
        subtitle={s.subtitle(unread) || undefined}
        actions={
          unread > 0 && (
            <Button size="sm" tone="quiet" icon={CheckCheck} onClick={() => void attempt(() => view.readAll())}>
              {s.markAll}
            </Button>
          )
        }
      />
      <Rows>
        {hasNews && (
          <div className={styles.news}>
            <Button size="sm" tone="primary" icon={ArrowUp} onClick={() => void view.threads.load()}>
              {s.news}
            </Button>
          </div>
        )}
        <div className={listing.column}>
          <PagedList
            list={view.threads}
            avatar
            empty={
              <EmptyState icon={MessagesSquare} title={s.empty}>
                {s.emptyText}
              </EmptyState>
            }
          >
            {(threads) =>
              threads.map((thread) => (
                <ThreadCard key={threadKey(thread.channel, thread.root.ts)} view={view} thread={thread} />
              ))
            }
          </PagedList>
        </div>
      </Rows>
    </section>
  );
}
