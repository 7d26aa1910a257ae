import { Archive, Bookmark, CheckCheck } from "lucide-react";
import { useEffect, useMemo } from "react";
import { catchUp } from "../../i18n/catch_up";
import { type LaterTab, laterTabs, savedKey } from "../../state/later";
import { laterOf } from "../../state/views";
import { openModal } from "../app/modals";
import { useApp, useWorkspace } from "../hooks/app";
import { useValue } from "../hooks/use_value";
import listing from "../listing/listing.module.css";
import { PagedList } from "../listing/paged_list";
import { Rows } from "../listing/rows";
import { useTry } from "../listing/use_try";
import { Button, EmptyState, PaneHeader, Tabs } from "../ui";
import styles from "./later.module.css";
import { SavedRow } from "./saved_row";

const s = catchUp.later;
const icons = { saved: Bookmark, completed: CheckCheck, archived: Archive } as const;

/** What one keeps to come back to. */
export function LaterPage() {
  const app = useApp();
  const workspace = useWorkspace();
  const attempt = useTry();
  const later = useMemo(() => laterOf(workspace), [workspace]);
  const tab = useValue(later.tab);
  const counts = useValue(later.counts);
  const completed = useValue(later.lists.completed.items);
  useEffect(() => later.show(later.tab.peek()), [later]);
  const count: Record<LaterTab, number> = { saved: counts.uncompleted_count, completed: 0, archived: 0 };
  const clear = () =>
    openModal(app, "confirm", {
      title: s.clearSure,
      text: s.clearText,
      action: s.clear,
      danger: true,
      onConfirm: () => void attempt(() => later.clearCompleted()),
    });
  return (
    <section className={listing.page} aria-label={s.title}>
      <PaneHeader
        title={s.title}
        actions={
          tab === "completed" &&
          completed.length > 0 && (
            <Button size="sm" tone="quiet" onClick={clear}>
              {s.clear}
            </Button>
          )
        }
      />
      <Tabs<LaterTab>
        label={s.title}
        value={tab}
        onChange={(value) => later.show(value)}
        tabs={laterTabs.map((value) => ({ value, label: s.tabs[value], count: count[value] }))}
        className={listing.tabs}
        panelClassName={listing.panel}
      >
        <Rows>
          <div className={listing.column}>
            <PagedList
              list={later.lists[tab]}
              avatar
              empty={
                <EmptyState icon={icons[tab]} title={s.empty[tab]}>
                  {s.emptyText[tab]}
                </EmptyState>
              }
            >
              {(items) => (
                <ul className={styles.list}>
                  {items.map((item) => (
                    <li key={savedKey(item)}>
                      <SavedRow later={later} tab={tab} item={item} />
                    </li>
                  ))}
                </ul>
              )}
            </PagedList>
          </div>
        </Rows>
      </Tabs>
    </section>
  );
}
