import { Bell, Bookmark, House, type LucideIcon, MessagesSquare, Plus, Users } from "lucide-react";
import { strings } from "../../i18n";
import type { Target } from "../../state/app";
import { sidebarOf } from "../../state/sidebar";
import type { Workspace } from "../../state/workspace";
import { useApp, useWorkspace } from "../hooks/app";
import { useComputed } from "../hooks/use_computed";
import { useValue } from "../hooks/use_value";
import { Badge, cx, IconButton, Link, Tooltip, VisuallyHidden } from "../ui";
import styles from "./rail.module.css";
import { SelfButton } from "./self_button";

const t = strings.shell;

/** The outermost column: the workspaces, what is looked at across channels, and oneself. */
export function Rail() {
  const app = useApp();
  return (
    <nav className={styles.rail} aria-label={t.workspaces} data-pane="rail">
      <WorkspaceList />
      <ul className={styles.places}>
        <PanelPlace panel="home" icon={House} label={t.home} />
        <PanelPlace panel="dms" icon={MessagesSquare} label={t.dms} />
        <Place icon={Bell} label={t.activity} to={{ main: { type: "activity" } }} keys="Mod+Shift+M" />
        <Place icon={Bookmark} label={t.later} to={{ main: { type: "later" } }} keys="Mod+Shift+S" />
        <Place icon={Users} label={t.people} to={{ main: { type: "people" } }} keys="Mod+Shift+E" />
      </ul>
      <div className={styles.foot}>
        <IconButton
          label={t.addWorkspace}
          icon={Plus}
          tip="right"
          size="lg"
          onClick={() => app.leave({ page: "signin", workspace: "" })}
        />
        <SelfButton />
      </div>
    </nav>
  );
}

function WorkspaceList() {
  const app = useApp();
  const sessions = useValue(app.sessions);
  const running = useValue(app.workspaces);
  return (
    <ul className={styles.workspaces}>
      {sessions.map((s, i) => (
        <li key={s.team_id}>
          <WorkspaceTile team={s.team_id} name={s.team} index={i} workspace={running.find((w) => w.id === s.team_id)} />
        </li>
      ))}
    </ul>
  );
}

interface TileProps {
  readonly team: string;
  readonly name: string;
  readonly index: number;
  readonly workspace: Workspace | undefined;
}

function WorkspaceTile({ team, name, index, workspace }: TileProps) {
  const app = useApp();
  const current = useValue(app.workspace)?.id === team;
  const title = useComputed(() => workspace?.team.value.name ?? name, [workspace, name]);
  const icon = useComputed(() => pictureOf(workspace), [workspace]);
  const mentions = useComputed(() => workspace?.unread.total.value.mentions ?? 0, [workspace]);
  const unread = useComputed(() => workspace?.unread.total.value.unread ?? false, [workspace]);
  const waiting = !current && (unread || mentions > 0);
  return (
    <Tooltip text={title} keys={index < 9 ? `Ctrl+${index + 1}` : undefined} side="right">
      <Link
        to={{ team, main: { type: "home" } }}
        aria-current={current ? "true" : undefined}
        className={cx(styles.tile, current && styles.current)}
        onClick={(e) => {
          if (!current) return;
          e.preventDefault();
          if (workspace) sidebarOf(workspace).panel.value = "home";
          app.navigate({ main: app.client?.main });
        }}
      >
        {icon ? <img src={icon} alt="" width={36} height={36} /> : <span aria-hidden>{initials(title)}</span>}
        <VisuallyHidden>{waiting ? t.workspaceUnread(title, mentions) : title}</VisuallyHidden>
        {!current && mentions > 0 && (
          <span className={styles.badge} aria-hidden>
            <Badge count={mentions} />
          </span>
        )}
        {waiting && mentions === 0 && <span className={styles.dot} aria-hidden />}
      </Link>
    </Tooltip>
  );
}

function pictureOf(workspace: Workspace | undefined): string | undefined {
  const icon = workspace?.team.value.icon;
  const picture = icon?.image_68 ?? icon?.image_88 ?? icon?.image_44;
  return !icon?.image_default && typeof picture === "string" ? picture : undefined;
}

/** The first letters of up to two words. */
export function initials(name: string): string {
  return name
    .split(/\s+/)
    .filter((word) => /^[\p{L}\p{N}]/u.test(word))
    .slice(0, 2)
    .map((word) => [...word][0]?.toUpperCase())
    .join("");
}

interface PlaceProps {
  readonly icon: LucideIcon;
  readonly label: string;
  readonly keys?: string;
}

function Place({ icon: Icon, label, to, keys }: PlaceProps & { readonly to: Target }) {
  const app = useApp();
  const current = useComputed(() => {
    const route = app.route.value;
    return route.page === "client" && route.main.type === to.main?.type;
  }, [app, to.main?.type]);
  return (
    <li>
      <Tooltip text={label} keys={keys} side="right">
        <Link
          to={to}
          className={cx(styles.place, current && styles.chosen)}
          aria-current={current ? "page" : undefined}
        >
          <Icon size={20} aria-hidden />
          <span className={styles.label}>{label}</span>
        </Link>
      </Tooltip>
    </li>
  );
}

/** Home and DMs change what the sidebar shows, and leave the conversation alone. */
function PanelPlace({ panel, icon: Icon, label }: PlaceProps & { readonly panel: "home" | "dms" }) {
  const app = useApp();
  const sidebar = sidebarOf(useWorkspace());
  const chosen = useComputed(() => {
    const route = app.route.value;
    const elsewhere = route.page === "client" && ["activity", "later", "people"].includes(route.main.type);
    return !elsewhere && sidebar.panel.value === panel;
  }, [app, sidebar, panel]);
  const waiting = useComputed(() => (panel === "dms" ? sidebar.waiting.value : 0), [sidebar, panel]);
  const go = () => {
    sidebar.panel.value = panel;
    const main = app.client?.main.type;
    if (panel === "home" && main && ["activity", "later", "people"].includes(main))
      app.navigate({ main: { type: "home" } });
  };
  return (
    <li>
      <button type="button" className={cx(styles.place, chosen && styles.chosen)} aria-pressed={chosen} onClick={go}>
        <Icon size={20} aria-hidden />
        <span className={styles.label}>{label}</span>
        <span className={styles.count}>
          <Badge count={waiting} label={t.mentions(waiting)} />
        </span>
      </button>
    </li>
  );
}
