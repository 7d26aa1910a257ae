import { lazy, type ReactNode, Suspense, useEffect, useLayoutEffect, useRef, useState } from "react";
import { strings } from "../../i18n";
import type { Main, Side } from "../../state/route";
import type { Workspace } from "../../state/workspace";
import { registerCommands } from "../app/commands";
import { ErrorBoundary } from "../app/error_boundary";
import { mains, sides } from "../app/panes";
import { warm } from "../app/warm";
import { afterPaint } from "../hooks/after_paint";
import { useApp, useWorkspace } from "../hooks/app";
import { useComputed } from "../hooks/use_computed";
import { useLayout } from "../hooks/use_layout";
import { useValue } from "../hooks/use_value";
import { cx, keepFocus } from "../ui";
import { BottomBar } from "./bottom_bar";
import { ChannelPane } from "./channel_pane";
import { ConnectionBanner } from "./connection_banner";
import { Home } from "./home";
import { Rail } from "./rail";
import { Resizer } from "./resizer";
import styles from "./shell.module.css";
import { Sidebar } from "./sidebar";

const RequiredFactor = lazy(() =>
  import("../preferences/required_factor").then((m) => ({ default: m.RequiredFactor })),
);

/** One workspace on the screen: rail, sidebar, content and side pane, as many as there is room for. */
export function Shell() {
  const app = useApp();
  const layout = useLayout();
  const w = useWorkspace();
  const route = useValue(app.route);
  useEffect(() => registerCommands(app, w), [app, w]);
  const ready = useComputed(() => w.status.value === "ready", [w]);
  useEffect(() => (ready ? warm(w) : undefined), [w, ready]);
  const opened = useOpened(w);
  // A conversation says so itself, when its messages are there.
  const otherPane = opened && route.page === "client" && route.main.type !== "channel";
  useEffect(() => (otherPane ? afterPaint(() => app.painted()) : undefined), [app, otherPane]);
  const needsFactor = useComputed(() => {
    const now = w.connection.value;
    return (
      w.error.value === "two_factor_setup_required" || (now.state === "stopped" && now.why === "two_factor_required")
    );
  }, [w]);
  if (route.page !== "client") return null;
  if (needsFactor) {
    return (
      <Suspense>
        <RequiredFactor />
      </Suspense>
    );
  }
  const { main, side } = route;
  const only =
    layout === "phone" ? (side ? "side" : main.type === "home" || main.type === "dms" ? "sidebar" : "main") : undefined;
  return (
    <div className={cx(styles.shell, styles[layout], side && styles.beside)}>
      <a className={styles.skip} href="#content">
        {strings.shell.skipToMessages}
      </a>
      {layout !== "phone" && <Rail />}
      {(!only || only === "sidebar") && <Sidebar />}
      {(!only || only === "main") && (
        <main id="content" className={styles.main} tabIndex={-1} data-pane="main">
          <ErrorBoundary of={keyOf(main)}>
            <Suspense>{opened && <MainPane main={main} />}</Suspense>
          </ErrorBoundary>
        </main>
      )}
      {side && (!only || only === "side") && (
        <Aside label={sideLabel(side)}>
          {layout === "desktop" && (
            <Resizer label={strings.shell.resizeSide} name="side" least={320} most={800} initial={400} edge="left" />
          )}
          <ErrorBoundary of={JSON.stringify(side)}>
            <Suspense>{opened && <SidePane side={side} />}</Suspense>
          </ErrorBoundary>
        </Aside>
      )}
      <ConnectionBanner />
      {only && (only === "sidebar" || main.type === "activity") && !side && <BottomBar />}
    </div>
  );
}

/**
 * The pane beside. Who was in it when it closes goes on where they opened it: by a key
 * or while writing, that is. After a click what is typed next is for the conversation.
 */
function Aside({ label, children }: { readonly label: string; readonly children: ReactNode }) {
  const pane = useRef<HTMLElement>(null);
  const [restoreFocus] = useState(() => (document.activeElement?.matches(":focus-visible") ? keepFocus() : undefined));
  useLayoutEffect(() => {
    const own = pane.current;
    return () => {
      if (!own?.contains(document.activeElement)) return;
      // Once what stood behind it is there again.
      requestAnimationFrame(() => {
        if (document.activeElement === document.body) restoreFocus?.();
      });
    };
  }, [restoreFocus]);
  return (
    <aside ref={pane} className={styles.side} aria-label={label} data-pane="side">
      {children}
    </aside>
  );
}

/** Whether what the device keeps was read: a pane that comes before it would ask the server for what is here. */
function useOpened(w: Workspace): boolean {
  const loading = useComputed(() => w.status.value === "loading", [w]);
  const opened = useRef(false);
  if (!loading) opened.current = true; // and stays so while a failed start is tried again
  return opened.current;
}

function sideLabel(side: Side): string {
  switch (side.type) {
    case "thread":
      return strings.shell.thread;
    case "profile":
      return strings.shell.profile;
    case "details":
      return strings.shell.details;
    case "channel":
      return strings.shell.sidePane;
  }
}

function keyOf(main: Main): string {
  return main.type === "channel" ? main.channel : main.type;
}

function MainPane({ main }: { readonly main: Main }) {
  switch (main.type) {
    case "home":
    case "dms":
      return <Home />;
    case "channel":
      return <ChannelPane channel={main.channel} at={main.at} />;
    case "search":
      return <mains.search query={main.query} />;
    case "admin":
      return <mains.admin section={main.section} />;
    default: {
      const Pane = mains[main.type];
      return <Pane />;
    }
  }
}

function SidePane({ side }: { readonly side: Side }) {
  switch (side.type) {
    case "thread":
      return <sides.thread channel={side.channel} ts={side.ts} at={side.at} />;
    case "profile":
      return <sides.profile user={side.user} />;
    case "details":
      return <sides.details channel={side.channel} tab={side.tab} />;
    case "channel":
      return <ChannelPane channel={side.channel} aside />;
  }
}
