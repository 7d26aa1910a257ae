import { AtSign, Bell, MessagesSquare, SmilePlus } from "lucide-react";
import { useEffect, useMemo, useRef } from "react";
import { catchUp } from "../../i18n/catch_up";
import { type ActivityItem, type ActivityTab, activityTabs, isNew } from "../../state/activity";
import { activityOf } from "../../state/views";
import { useApp, useWorkspace } from "../hooks/app";
import { useValue } from "../hooks/use_value";
import listing from "../listing/listing.module.css";
import { PagedList } from "../listing/paged_list";
import { Rows } from "../listing/rows";
import { EmptyState, PaneHeader, Tabs } from "../ui";
import styles from "./activity.module.css";
import { ActivityRow } from "./activity_row";

const s = catchUp.activity;
/** Who never looked has nothing marked: all of it would be. */
const newestEver = "9";
const icons = { all: Bell, mentions: AtSign, threads: MessagesSquare, reactions: SmilePlus } as const;

/** Mentions, replies and reactions, the newest first. What came since one last looked is marked. */
export function ActivityPage() {
  const app = useApp();
  const workspace = useWorkspace();
  const activity = useMemo(() => activityOf(workspace), [workspace]);
  const tab = useValue(activity.tab);
  const searched = useValue(activity.searched);
  const seen = useValue(useMemo(() => workspace.prefs.get("taut_activity_seen", ""), [workspace]));
  // What was new stays marked as long as the page is open.
  const seenBefore = useRef<string>(undefined);
  seenBefore.current ??= seen;
  useEffect(() => activity.show(activity.tab.peek()), [activity]);
  const newest = useValue(activity.lists.all.items)[0]?.at;
  useEffect(() => {
    if (newest !== undefined && newest > seen)
      void workspace.prefs.set("taut_activity_seen", newest).catch(() => undefined);
  }, [workspace, newest, seen]);

  const open = (item: ActivityItem) => {
    const { channel, message } = item;
    const thread = message.thread_ts !== undefined && message.thread_ts !== message.ts ? message.thread_ts : undefined;
    const main = { type: "channel" as const, channel, at: thread ?? message.ts };
    app.navigate(
      thread === undefined ? { main } : { main, side: { type: "thread", channel, ts: thread, at: message.ts } },
    );
  };
  const shown = searched ? activityTabs.filter((t) => t === "all") : activityTabs;
  return (
    <section className={listing.page} aria-label={s.title}>
      <PaneHeader title={s.title} />
      <Tabs<ActivityTab>
        label={s.title}
        value={tab}
        onChange={(value) => activity.show(value)}
        tabs={shown.map((value) => ({ value, label: s.tabs[value] }))}
        className={listing.tabs}
        panelClassName={listing.panel}
      >
        <Rows>
          <div className={listing.column}>
            {searched && <p className={styles.note}>{s.searchedOnly}</p>}
            <PagedList
              list={activity.lists[tab]}
              avatar
              empty={
                <EmptyState icon={icons[tab]} title={s.empty}>
                  {s.emptyText[tab]}
                </EmptyState>
              }
            >
              {(items) => (
                <ul className={styles.list}>
                  {items.map((item) => (
                    <li key={item.key}>
                      <ActivityRow
                        item={item}
                        isNew={isNew(item, seenBefore.current || newestEver)}
                        onOpen={() => open(item)}
                      />
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
