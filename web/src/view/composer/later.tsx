import { CalendarClock, ChevronDown } from "lucide-react";
import { strings } from "../../i18n";
import { presets } from "../../state/scheduled";
import { openModal } from "../app/modals";
import { useApp } from "../hooks/app";
import { IconButton, Menu, MenuItem, MenuLabel, useAnchor } from "../ui";

const t = strings.composer;
const time = new Intl.DateTimeFormat(undefined, { hour: "numeric", minute: "2-digit" });

export interface LaterButtonProps {
  readonly disabled: boolean;
  readonly className?: string;
  /** Is given the time in seconds. */
  readonly onChoose: (at: number) => void;
}

/** Beside the button that sends: when to send instead of now. */
export function LaterButton({ disabled, className, onChoose }: LaterButtonProps) {
  const app = useApp();
  const menu = useAnchor();
  return (
    <>
      <IconButton
        label={t.sendLater}
        icon={ChevronDown}
        size="sm"
        className={className}
        disabled={disabled}
        aria-haspopup="menu"
        aria-expanded={menu.anchor !== null}
        onClick={(e) => menu.toggle(e.currentTarget)}
      />
      {menu.anchor && (
        <Menu anchor={menu.anchor} label={t.sendLater} onClose={menu.close} placement="top-end">
          <MenuLabel>{t.sendLater}</MenuLabel>
          {presets(new Date()).map(({ name, at }) => (
            <MenuItem key={name} onSelect={() => onChoose(Math.floor(at.getTime() / 1000))}>
              {t.later[name](time.format(at))}
            </MenuItem>
          ))}
          <MenuItem
            icon={CalendarClock}
            onSelect={() =>
              openModal(app, "pick_time", { title: t.laterTitle, action: t.laterSchedule, onPick: onChoose })
            }
          >
            {t.laterCustom}
          </MenuItem>
        </Menu>
      )}
    </>
  );
}
