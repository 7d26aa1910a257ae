import { BellOff, Circle, CircleUserRound, LogOut, Settings, Smile } from "lucide-react";
import { strings } from "../../i18n";
import { dndOf } from "../../state/dnd";
import { nameOf } from "../../state/users";
import { openModal } from "../app/modals";
import { askSignOut } from "../app/sign_out";
import { useApp, useWorkspace } from "../hooks/app";
import { useComputed } from "../hooks/use_computed";
import { useValue } from "../hooks/use_value";
import { Avatar, type AvatarSize, Menu, MenuItem, MenuLabel, MenuSeparator, useAnchor } from "../ui";
import styles from "./rail.module.css";

const t = strings.shell;

/** One's own picture, and behind it what is one's own: status, presence, quiet, preferences, signing out. */
export function SelfButton({ size = 36 }: { readonly size?: AvatarSize }) {
  const w = useWorkspace();
  const self = useValue(w.self);
  const menu = useAnchor();
  const presence = useComputed(() => w.presence.of(w.self.value.id).value, [w]);
  const quiet = useValue(dndOf(w).quiet);
  return (
    <>
      <button
        type="button"
        className={styles.self}
        aria-label={`${nameOf(self)}, ${presence === "active" ? t.active : t.away}`}
        aria-haspopup="menu"
        aria-expanded={menu.anchor !== null}
        onClick={(e) => menu.toggle(e.currentTarget)}
      >
        <Avatar src={self.profile.image_72} name={nameOf(self)} size={size} presence={presence} dnd={quiet} />
      </button>
      {menu.anchor && (
        <Menu anchor={menu.anchor} onClose={menu.close} label={t.you} placement="right-end">
          <SelfItems />
        </Menu>
      )}
    </>
  );
}

/** The items of that menu; the phone's page of oneself has the same. */
export function SelfItems() {
  const app = useApp();
  const w = useWorkspace();
  const self = useValue(w.self);
  const presence = useComputed(() => w.presence.of(w.self.value.id).value, [w]);
  const dnd = dndOf(w);
  const quiet = useValue(dnd.quiet);
  const until = useValue(dnd.until);
  const status = self.profile.status_text || self.profile.status_emoji;
  const failed = () => app.toasts.show({ text: strings.common.failed, tone: "danger" });
  return (
    <>
      <MenuLabel>{nameOf(self)}</MenuLabel>
      <MenuItem icon={Smile} keys="Mod+Shift+Y" onSelect={() => openModal(app, "status")}>
        {status ? self.profile.status_text || t.setStatus : t.setStatus}
      </MenuItem>
      <MenuItem icon={Circle} onSelect={() => void w.presence.setAway(presence === "active").catch(failed)}>
        {presence === "active" ? t.setAway : t.setActive}
      </MenuItem>
      <MenuItem
        icon={BellOff}
        hint={quiet && until ? t.pausedUntil(dnd.timeOf(until)) : undefined}
        onSelect={() => (quiet ? void dnd.resume().catch(failed) : void openModal(app, "pause"))}
      >
        {quiet ? t.resumeNotifications : t.pauseNotifications}
      </MenuItem>
      <MenuSeparator />
      <MenuItem icon={CircleUserRound} onSelect={() => app.navigate({ side: { type: "profile", user: self.id } })}>
        {t.profile}
      </MenuItem>
      <MenuItem icon={Settings} keys="Mod+," onSelect={() => openModal(app, "preferences")}>
        {t.preferences}
      </MenuItem>
      <MenuSeparator />
      <MenuItem icon={LogOut} onSelect={() => askSignOut(app, w)}>
        {t.signOutOf(w.team.peek().name)}
      </MenuItem>
    </>
  );
}
