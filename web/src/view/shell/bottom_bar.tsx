import { Bell, House, type LucideIcon, MessagesSquare, Search, UserRound } from "lucide-react";
import type { ReactNode } from "react";
import { strings } from "../../i18n";
import type { PlainMain } from "../../state/route";
import { sidebarOf } from "../../state/sidebar";
import { openModal } from "../app/modals";
import { useApp, useWorkspace } from "../hooks/app";
import { useValue } from "../hooks/use_value";
import { Badge, cx, Link, Menu, useAnchor } from "../ui";
import styles from "./bottom_bar.module.css";
import { SelfItems } from "./self_button";

const t = strings.shell;

/** On a phone: where the rail's places are in reach of a thumb. */
export function BottomBar() {
  const app = useApp();
  const menu = useAnchor();
  const waiting = useValue(sidebarOf(useWorkspace()).waiting);
  return (
    <nav className={styles.bar} aria-label={t.workspaces}>
      <BarLink to="home" icon={House} label={t.home} />
      <BarLink to="dms" icon={MessagesSquare} label={t.dms} waiting={waiting} />
      <BarLink to="activity" icon={Bell} label={t.activity} />
      <BarButton icon={Search} label={t.search} onClick={() => openModal(app, "switcher")} />
      <BarButton icon={UserRound} label={t.you} onClick={(e) => menu.toggle(e)} />
      {menu.anchor && (
        <Menu anchor={menu.anchor} onClose={menu.close} label={t.you} placement="top-end">
          <SelfItems />
        </Menu>
      )}
    </nav>
  );
}

function BarLink({
  to,
  icon,
  label,
  waiting = 0,
}: {
  readonly to: PlainMain | "home";
  readonly icon: LucideIcon;
  readonly label: string;
  /** How much calls for the person there. */
  readonly waiting?: number;
}) {
  const route = useValue(useApp().route);
  const current = route.page === "client" && route.main.type === to;
  return (
    <Link
      to={{ main: { type: to } }}
      className={cx(styles.item, current && styles.current)}
      aria-current={current ? "page" : undefined}
    >
      <Content icon={icon}>{label}</Content>
      {waiting > 0 && (
        <span className={styles.count}>
          <Badge count={waiting} label={t.mentions(waiting)} />
        </span>
      )}
    </Link>
  );
}

function BarButton({
  icon,
  label,
  onClick,
}: {
  readonly icon: LucideIcon;
  readonly label: string;
  readonly onClick: (at: HTMLElement) => void;
}) {
  return (
    <button type="button" className={styles.item} onClick={(e) => onClick(e.currentTarget)}>
      <Content icon={icon}>{label}</Content>
    </button>
  );
}

function Content({ icon: Icon, children }: { readonly icon: LucideIcon; readonly children: ReactNode }) {
  return (
    <>
      <Icon size={22} aria-hidden />
      <span>{children}</span>
    </>
  );
}
