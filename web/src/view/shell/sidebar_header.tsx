import {
  ChevronDown,
  Hash,
  Keyboard,
  LogOut,
  PanelLeft,
  Plus,
  Search,
  Settings,
  ShieldCheck,
  SquarePen,
  UserPlus,
} from "lucide-react";
import { strings } from "../../i18n";
import { openModal } from "../app/modals";
import { askSignOut } from "../app/sign_out";
import { useApp, useWorkspace } from "../hooks/app";
import { useComputed } from "../hooks/use_computed";
import { IconButton, Menu, MenuItem, MenuSeparator, useAnchor } from "../ui";
import styles from "./sidebar.module.css";

const t = strings.shell;

/** The workspace's name with its menu, and the two ways on: find and write. */
export function SidebarHeader({ title }: { readonly title?: string }) {
  const app = useApp();
  const w = useWorkspace();
  const team = useComputed(() => w.team.value.name, [w]);
  const menu = useAnchor();
  return (
    <header className={styles.header}>
      {title ? (
        <div className={styles.team}>
          <h1>{title}</h1>
        </div>
      ) : (
        <button
          type="button"
          className={styles.team}
          aria-haspopup="menu"
          aria-expanded={menu.anchor !== null}
          onClick={(e) => menu.toggle(e.currentTarget)}
        >
          <h1>{team}</h1>
          <ChevronDown size={16} aria-hidden />
        </button>
      )}
      <IconButton label={t.search} icon={Search} keys="Mod+K" tip="bottom" onClick={() => openModal(app, "switcher")} />
      <IconButton
        label={t.newMessage}
        icon={SquarePen}
        keys="Mod+Shift+O"
        tip="bottom"
        onClick={() => openModal(app, "newMessage")}
      />
      {menu.anchor && (
        <Menu anchor={menu.anchor} onClose={menu.close} label={team}>
          <WorkspaceItems />
        </Menu>
      )}
    </header>
  );
}

/** What one may do with the workspace. */
export function WorkspaceItems() {
  const app = useApp();
  const w = useWorkspace();
  const manages = useComputed(() => Boolean(w.self.value.is_admin || w.self.value.is_owner), [w]);
  const guest = useComputed(() => Boolean(w.self.value.is_restricted), [w]);
  return (
    <>
      {!guest && (
        <>
          <MenuItem icon={UserPlus} onSelect={() => openModal(app, "invite")}>
            {t.invite}
          </MenuItem>
          <MenuItem icon={Plus} onSelect={() => openModal(app, "createChannel")}>
            {t.createChannel}
          </MenuItem>
          <MenuItem icon={Hash} keys="Mod+Shift+L" onSelect={() => openModal(app, "browseChannels")}>
            {t.browseChannels}
          </MenuItem>
          <MenuSeparator />
        </>
      )}
      <MenuItem icon={PanelLeft} onSelect={() => openModal(app, "section", {})}>
        {t.newSection}
      </MenuItem>
      <MenuItem icon={Settings} keys="Mod+," onSelect={() => openModal(app, "preferences")}>
        {t.preferences}
      </MenuItem>
      <MenuItem icon={Keyboard} keys="Mod+/" onSelect={() => openModal(app, "shortcuts")}>
        {t.shortcuts}
      </MenuItem>
      {manages && (
        <MenuItem icon={ShieldCheck} onSelect={() => app.navigate({ main: { type: "admin", section: "" } })}>
          {t.manage}
        </MenuItem>
      )}
      <MenuSeparator />
      <MenuItem icon={LogOut} onSelect={() => askSignOut(app, w)}>
        {t.signOutOf(w.team.peek().name)}
      </MenuItem>
    </>
  );
}
