import { Bookmark, CheckCheck, type LucideIcon, MessageSquareText, PenLine } from "lucide-react";
import { strings } from "../../i18n";
import { draftsOf } from "../../state/drafts";
import type { PlainMain } from "../../state/route";
import { useApp, useWorkspace } from "../hooks/app";
import { useComputed } from "../hooks/use_computed";
import { useLayout } from "../hooks/use_layout";
import { Badge, cx, Link } from "../ui";
import styles from "./sidebar.module.css";

const t = strings.shell;

/** What is gathered from all conversations, above the sections. */
export function SidebarPlaces() {
  const w = useWorkspace();
  const phone = useLayout() === "phone";
  // Of conversations alone: replies in threads are told by the line below.
  const unread = useComputed(() => {
    const muted = w.channels.muted.value;
    return w.channels.list.value.some((c) => !muted.has(c.id) && w.unread.of(c.id).value.unread);
  }, [w]);
  const threads = useComputed(() => w.unread.threads.value.unread, [w]);
  const threadMentions = useComputed(() => w.unread.threads.value.mentions, [w]);
  const drafts = useComputed(() => draftsOf(w).list.value.length, [w]);
  return (
    <ul className={styles.list}>
      <PlaceRow icon={CheckCheck} main="unreads" label={t.unreads} strong={unread} />
      <PlaceRow icon={MessageSquareText} main="threads" label={t.threads} strong={threads} badge={threadMentions} />
      {phone && <PlaceRow icon={Bookmark} main="later" label={t.later} />}
      <PlaceRow icon={PenLine} main="drafts" label={t.drafts} count={drafts} />
    </ul>
  );
}

interface PlaceRowProps {
  readonly icon: LucideIcon;
  readonly main: PlainMain;
  readonly label: string;
  readonly strong?: boolean;
  readonly badge?: number;
  readonly count?: number;
}

function PlaceRow({ icon: Icon, main, label, strong, badge = 0, count = 0 }: PlaceRowProps) {
  const app = useApp();
  const current = useComputed(() => {
    const route = app.route.value;
    return route.page === "client" && route.main.type === main;
  }, [app, main]);
  return (
    <li>
      <Link
        to={{ main: { type: main } }}
        data-row
        className={cx(styles.row, strong && styles.unread, current && styles.current)}
        aria-current={current ? "page" : undefined}
      >
        <span className={styles.icon}>
          <Icon size={16} aria-hidden />
        </span>
        <span className={styles.name}>{label}</span>
        <Badge count={badge} label={t.mentions(badge)} />
        {badge === 0 && <Badge count={count} quiet />}
      </Link>
    </li>
  );
}
