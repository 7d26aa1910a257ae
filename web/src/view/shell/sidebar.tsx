import { type KeyboardEvent, memo } from "react";
import { strings } from "../../i18n";
import { sidebarOf } from "../../state/sidebar";
import { useApp, useWorkspace } from "../hooks/app";
import { useLayout } from "../hooks/use_layout";
import { useValue } from "../hooks/use_value";
import { Button, EmptyState, SkeletonRows, VisuallyHidden } from "../ui";
import { ChannelRow } from "./channel_row";
import { SidebarPlaces } from "./places";
import { Resizer } from "./resizer";
import { SidebarSection } from "./section";
import styles from "./sidebar.module.css";
import { SidebarHeader } from "./sidebar_header";

const t = strings.shell;

/** The conversations, by section; or only the direct ones. */
export const Sidebar = memo(function Sidebar() {
  const app = useApp();
  const w = useWorkspace();
  const layout = useLayout();
  const sidebar = sidebarOf(w);
  const status = useValue(w.status);
  const panel = useValue(sidebar.panel);
  const route = useValue(app.route);
  const onlyDMs = layout === "phone" ? route.page === "client" && route.main.type === "dms" : panel === "dms";
  return (
    <nav className={styles.sidebar} aria-label={t.sidebar} data-pane="sidebar">
      <SidebarHeader title={onlyDMs ? t.directMessages : undefined} />
      {/* biome-ignore lint/a11y/noStaticElementInteractions: arrows go from link to link */}
      <div className={styles.scroll} onKeyDown={moveBetweenRows}>
        {status === "loading" && <SkeletonRows rows={10} />}
        {status === "failed" && <BootFailed />}
        {status === "ready" && (onlyDMs ? <DMList /> : <Sections />)}
      </div>
      {layout === "desktop" && (
        <Resizer label={t.resizeSidebar} name="sidebar" least={200} most={400} initial={260} edge="right" />
      )}
    </nav>
  );
});

function Sections() {
  const sidebar = sidebarOf(useWorkspace());
  const sections = useValue(sidebar.sections);
  return (
    <>
      <SidebarPlaces />
      {sections.map((s) => (
        <SidebarSection key={s.id} section={s} />
      ))}
    </>
  );
}

function DMList() {
  const sidebar = sidebarOf(useWorkspace());
  const dms = useValue(sidebar.dms);
  return (
    <>
      <VisuallyHidden as="h2">{t.directMessages}</VisuallyHidden>
      <ul className={styles.list}>
        {dms.map((id) => (
          <ChannelRow key={id} id={id} />
        ))}
      </ul>
    </>
  );
}

function BootFailed() {
  return (
    <EmptyState title={t.bootFailed} actions={<Button onClick={() => window.location.reload()}>{t.reload}</Button>}>
      {t.bootFailedText}
    </EmptyState>
  );
}

/** Arrows, Home and End go over all rows of the sidebar. */
function moveBetweenRows(e: KeyboardEvent<HTMLElement>) {
  if (e.altKey || e.ctrlKey || e.metaKey || e.shiftKey) return;
  const rows = [...e.currentTarget.querySelectorAll<HTMLElement>("[data-row]")];
  const at = rows.indexOf(document.activeElement as HTMLElement);
  const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: rows.length - 1 }[e.key];
  if (to === undefined || at < 0) return;
  e.preventDefault();
  rows[Math.max(0, Math.min(to, rows.length - 1))]?.focus();
}
