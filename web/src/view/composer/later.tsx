import { CalendarClock, ChevronDown } from "lucide-react";
import { useState } from "react";
import { strings } from "../../i18n";
import { maxDaysAhead, mayBeAt, presets } from "../../state/scheduled";
import { Button, Field, IconButton, Menu, MenuItem, MenuLabel, Modal, ModalBody, TextInput, useAnchor } from "../ui";

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
  const menu = useAnchor();
  const [custom, setCustom] = useState(false);
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
          <MenuItem icon={CalendarClock} onSelect={() => setCustom(true)}>
            {t.laterCustom}
          </MenuItem>
        </Menu>
      )}
      {custom && <LaterDialog onClose={() => setCustom(false)} onChoose={onChoose} />}
    </>
  );
}

function LaterDialog({ onClose, onChoose }: { readonly onClose: () => void; readonly onChoose: (at: number) => void }) {
  const [value, setValue] = useState(() => local(new Date(Math.ceil((Date.now() + 3_600_000) / 300_000) * 300_000)));
  const [bad, setBad] = useState(false);
  const save = () => {
    const at = new Date(value);
    if (Number.isNaN(at.getTime()) || !mayBeAt(at, new Date())) {
      setBad(true);
      return;
    }
    onClose();
    onChoose(Math.floor(at.getTime() / 1000));
  };
  return (
    <Modal
      title={t.laterTitle}
      size="sm"
      onClose={onClose}
      footer={
        <>
          <Button onClick={onClose}>{strings.common.cancel}</Button>
          <Button tone="primary" onClick={save}>
            {t.laterSchedule}
          </Button>
        </>
      }
    >
      <ModalBody>
        <Field label={t.laterWhen} error={bad && t.laterBad}>
          {(control) => (
            <TextInput
              {...control}
              type="datetime-local"
              data-autofocus
              value={value}
              min={local(new Date())}
              max={local(new Date(Date.now() + maxDaysAhead * 86_400_000))}
              onChange={(e) => {
                setValue(e.target.value);
                setBad(false);
              }}
              onKeyDown={(e) => e.key === "Enter" && save()}
            />
          )}
        </Field>
      </ModalBody>
    </Modal>
  );
}

/** A moment as an input of the browser writes it, in this device's zone. */
function local(at: Date): string {
  return new Date(at.getTime() - at.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}
