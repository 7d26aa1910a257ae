import { Clock, PencilLine, Send } from "lucide-react";
import { useEffect, useMemo } from "react";
import { catchUp } from "../../i18n/catch_up";
import { type DraftTab, draftTabs } from "../../state/drafts_view";
import { draftsViewOf } from "../../state/views";
import { useWorkspace } from "../hooks/app";
import { useValue } from "../hooks/use_value";
import listing from "../listing/listing.module.css";
import { PagedList } from "../listing/paged_list";
import { Rows } from "../listing/rows";
import { EmptyState, PaneHeader, Tabs } from "../ui";
import { DraftRow, ScheduledRow, SentRow } from "./draft_rows";
import styles from "./drafts.module.css";

const s = catchUp.drafts;
const icons = { drafts: PencilLine, scheduled: Clock, sent: Send } as const;

/** What one began to write, what goes out later, and what went out. */
export function DraftsPage() {
  const workspace = useWorkspace();
  const view = useMemo(() => draftsViewOf(workspace), [workspace]);
  const tab = useValue(view.tab);
  const drafts = useValue(view.drafts.items);
  const scheduled = useValue(view.scheduled.items);
  useEffect(() => {
    void view.drafts.load();
    void view.scheduled.load();
    if (view.tab.peek() === "sent") void view.sent.load();
  }, [view]);
  const count: Record<DraftTab, number> = { drafts: drafts.length, scheduled: scheduled.length, sent: 0 };
  const empty = (
    <EmptyState icon={icons[tab]} title={s.empty[tab]}>
      {s.emptyText[tab]}
    </EmptyState>
  );
  return (
    <section className={listing.page} aria-label={s.title}>
      <PaneHeader title={s.title} />
      <Tabs<DraftTab>
        label={s.title}
        value={tab}
        onChange={(value) => view.show(value)}
        tabs={draftTabs.map((value) => ({ value, label: s.tabs[value], count: count[value] }))}
        className={listing.tabs}
        panelClassName={listing.panel}
      >
        <Rows>
          <div className={listing.column}>
            {tab === "drafts" && (
              <PagedList list={view.drafts} empty={empty}>
                {(items) => (
                  <ul className={styles.list}>
                    {items.map((draft) => (
                      <li key={draft.id}>
                        <DraftRow view={view} draft={draft} />
                      </li>
                    ))}
                  </ul>
                )}
              </PagedList>
            )}
            {tab === "scheduled" && (
              <PagedList list={view.scheduled} empty={empty}>
                {(items) => (
                  <ul className={styles.list}>
                    {items.map((message) => (
                      <li key={message.id}>
                        <ScheduledRow view={view} message={message} />
                      </li>
                    ))}
                  </ul>
                )}
              </PagedList>
            )}
            {tab === "sent" && (
              <PagedList list={view.sent} empty={empty}>
                {(items) => (
                  <ul className={styles.list}>
                    {items.map((match) => (
                      <li key={match.iid}>
                        <SentRow match={match} />
                      </li>
                    ))}
                  </ul>
                )}
              </PagedList>
            )}
          </div>
        </Rows>
      </Tabs>
    </section>
  );
}
