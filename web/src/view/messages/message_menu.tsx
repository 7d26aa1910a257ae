// All that can be done with a message.

import {
  AlarmClock,
  Bookmark,
  BookmarkX,
  Copy,
  EyeOff,
  Forward,
  Link,
  MessageSquareText,
  Pencil,
  Pin,
  PinOff,
  SmilePlus,
  Trash2,
} from "lucide-react";
import { useMemo } from "react";
import { strings } from "../../i18n";
import { isWritten, rightsOf } from "../../state/message_actions";
import { type ReminderPreset, reminderAt } from "../../state/reminder_times";
import { savedMarksOf } from "../../state/saved_marks";
import type { Message } from "../../wire/objects";
import { useWorkspace } from "../hooks/app";
import { useValue } from "../hooks/use_value";
import { Menu, MenuItem, MenuLabel, MenuSeparator } from "../ui";
import type { MessageActions } from "./actions";
import type { MenuKind, RowMenu } from "./list_state";
import { ReactionPicker } from "./reaction_picker";

interface MessageMenuProps {
  readonly id: string;
  readonly message: Message;
  readonly menu: RowMenu;
  readonly actions: MessageActions;
  readonly onClose: () => void;
}

/** Whatever floats at a row of the list; one at a time. */
export function OpenMenu({ actions }: { readonly actions: MessageActions }) {
  const menu = useValue(actions.state.menu);
  return menu === undefined ? null : <MenuOf key={`${menu.key} ${menu.kind}`} menu={menu} actions={actions} />;
}

function MenuOf({ menu, actions }: { readonly menu: RowMenu; readonly actions: MessageActions }) {
  const { state } = actions;
  const message = useValue(state.timeline.message(menu.key));
  const close = () => {
    if (state.menu.peek() === menu) state.menu.value = undefined;
  };
  if (message === undefined) return null;
  const props = { id: menu.key, message, menu, actions, onClose: close };
  switch (menu.kind) {
    case "more":
    case "all":
      return <MainMenu {...props} />;
    case "remind":
      return <RemindMenu {...props} />;
    case "react":
      return (
        <ReactionPicker anchor={menu.anchor} onClose={close} onPick={(name) => actions.react(message, name, true)} />
      );
  }
}

function MainMenu({ id, message, menu, actions, onClose }: MessageMenuProps) {
  const w = useWorkspace();
  const self = useValue(w.self);
  const { channel } = actions.state;
  const saved =
    useValue(useMemo(() => savedMarksOf(w).of(channel, message.ts), [w, channel, message.ts])) !== undefined;
  const rights = rightsOf(message, self);
  const pinned = message.pinned_to?.includes(actions.state.channel) === true;
  const written = isWritten(message);
  const whole = menu.kind === "all";
  const turnTo = (kind: MenuKind) => {
    actions.state.menu.value = { ...menu, kind };
  };
  return (
    <Menu anchor={menu.anchor} label={strings.messages.actions} onClose={onClose} placement="bottom-end">
      {whole && (
        <MenuItem icon={SmilePlus} keys="R" onSelect={() => turnTo("react")}>
          {strings.messages.react}
        </MenuItem>
      )}
      {whole && !actions.state.inThread && (
        <MenuItem icon={MessageSquareText} keys="T" onSelect={() => actions.reply(message)}>
          {strings.messages.reply}
        </MenuItem>
      )}
      {rights.edit && (
        <MenuItem icon={Pencil} keys="E" onSelect={() => actions.edit(id, message)}>
          {strings.messages.edit}
        </MenuItem>
      )}
      {written && (
        <>
          <MenuItem icon={Forward} keys="F" onSelect={() => actions.forward(message)}>
            {strings.messages.forward}
          </MenuItem>
          <MenuItem icon={saved ? BookmarkX : Bookmark} keys="A" onSelect={() => actions.save(message)}>
            {saved ? strings.messages.unsave : strings.messages.save}
          </MenuItem>
          <MenuItem icon={AlarmClock} keys="M" onSelect={() => turnTo("remind")}>
            {strings.messages.remind}
          </MenuItem>
        </>
      )}
      {!actions.state.inThread && (
        <MenuItem icon={EyeOff} keys="U" onSelect={() => actions.markUnread(message)}>
          {strings.messages.markUnread}
        </MenuItem>
      )}
      <MenuSeparator />
      <MenuItem icon={Link} keys="L" onSelect={() => actions.copyLink(message)}>
        {strings.messages.copyLink}
      </MenuItem>
      {written && (
        <MenuItem icon={Copy} onSelect={() => actions.copyText(message)}>
          {strings.messages.copyText}
        </MenuItem>
      )}
      {written && (
        <MenuItem icon={pinned ? PinOff : Pin} keys="P" onSelect={() => actions.pin(message)}>
          {pinned ? strings.messages.unpin : strings.messages.pin}
        </MenuItem>
      )}
      {rights.remove && (
        <>
          <MenuSeparator />
          <MenuItem icon={Trash2} keys="Delete" danger onSelect={() => actions.remove(message)}>
            {strings.messages.remove}
          </MenuItem>
        </>
      )}
    </Menu>
  );
}

const presets: readonly (readonly [ReminderPreset, string])[] = [
  ["hour", strings.messages.remindIn[60]],
  ["threeHours", strings.messages.remindIn[180]],
  ["tomorrow", strings.messages.remindIn.tomorrow],
  ["monday", strings.messages.remindIn.monday],
];

/** When to be reminded. */
function RemindMenu({ menu, message, actions, onClose }: MessageMenuProps) {
  const w = useWorkspace();
  const remind = (preset: ReminderPreset) =>
    actions.remind(message, reminderAt(preset, new Date(w.platform.clock.now())));
  const in20 = () => actions.remind(message, Math.floor(w.platform.clock.now() / 1000) + 20 * 60);
  return (
    <Menu anchor={menu.anchor} label={strings.messages.remind} onClose={onClose} placement="bottom-end">
      <MenuLabel>{strings.messages.remind}</MenuLabel>
      <MenuItem onSelect={in20}>{strings.messages.remindIn[20]}</MenuItem>
      {presets.map(([preset, label]) => (
        <MenuItem key={preset} onSelect={() => remind(preset)}>
          {label}
        </MenuItem>
      ))}
      <MenuSeparator />
      <MenuItem onSelect={() => actions.remindAt(message)}>{strings.messages.remindIn.custom}</MenuItem>
    </Menu>
  );
}
