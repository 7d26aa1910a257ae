import { Archive, ArchiveRestore, Bell, BellOff, Check, Clock, Ellipsis, Trash2, Undo2 } from "lucide-react";
import { strings } from "../../i18n";
import { catchUp } from "../../i18n/catch_up";
import { dueState, type Later, type LaterTab, type Mark, type SavedItem } from "../../state/later";
import { reminderAt, reminderPresets } from "../../state/reminder_times";
import { dateOfSeconds, endOfDay } from "../../state/when";
import { openModal } from "../app/modals";
import { Excerpt } from "../excerpt/excerpt";
import { useApp } from "../hooks/app";
import { PlaceLink } from "../listing/place";
import { Row } from "../listing/rows";
import { useTry } from "../listing/use_try";
import { useWhen } from "../listing/use_when";
import { cx, IconButton, Menu, MenuItem, MenuLabel, MenuSeparator, useAnchor } from "../ui";
import styles from "./later.module.css";

const s = catchUp.later;

const back: Record<Mark, Mark> = {
  completed: "uncompleted",
  uncompleted: "completed",
  archived: "unarchived",
  unarchived: "archived",
};

export interface SavedRowProps {
  readonly later: Later;
  readonly tab: LaterTab;
  readonly item: SavedItem;
}

export function SavedRow({ later, tab, item }: SavedRowProps) {
  const app = useApp();
  const when = useWhen();
  const attempt = useTry();
  const { message } = item;
  const open = () => {
    const thread = message?.thread_ts !== undefined && message.thread_ts !== item.ts ? message.thread_ts : undefined;
    const main = { type: "channel" as const, channel: item.item_id, at: thread ?? item.ts };
    app.navigate(
      thread === undefined
        ? { main }
        : { main, side: { type: "thread", channel: item.item_id, ts: thread, at: item.ts } },
    );
  };
  const mark = async (how: Mark) => {
    if (!(await attempt(() => later.mark(item, how)))) return;
    const undo = async () => {
      await later.mark(item, back[how]);
      await later.again();
    };
    app.toasts.show({ text: s.marked[how], action: { label: strings.common.undo, run: () => void attempt(undo) } });
  };
  const onKey = (key: string) => {
    if (key === "Enter") open();
    else if (key === "e") void mark(tab === "saved" ? "completed" : "uncompleted");
    else return false;
    return true;
  };
  const now = when.now();
  const due = dueState(item.date_due, Math.floor(now.getTime() / 1000), endOfDay(now));
  return (
    <Row className={styles.row} onKey={onKey}>
      <header className={styles.head}>
        <PlaceLink id={item.item_id} at={item.ts} />
        {tab === "saved" && due !== "none" && (
          <span className={cx(styles.due, due === "overdue" && styles.overdue, due === "today" && styles.today)}>
            <Clock size={14} aria-hidden />
            {due === "overdue"
              ? s.overdue(when.momentInside(dateOfSeconds(item.date_due)))
              : s.due(when.momentInside(dateOfSeconds(item.date_due)))}
          </span>
        )}
        <span className={styles.actions}>
          {tab === "saved" ? (
            <IconButton label={s.done} keys="E" icon={Check} size="sm" onClick={() => void mark("completed")} />
          ) : (
            <IconButton
              label={tab === "completed" ? s.undone : s.unarchive}
              keys="E"
              icon={Undo2}
              size="sm"
              onClick={() => void mark(tab === "completed" ? "uncompleted" : "unarchived")}
            />
          )}
          {tab === "saved" && <RemindButton later={later} item={item} />}
          <OptionsButton later={later} tab={tab} item={item} onMark={(how) => void mark(how)} onOpen={open} />
        </span>
      </header>
      {message === null ? <p className={styles.gone}>{s.gone}</p> : <Excerpt message={message} clamp />}
    </Row>
  );
}

function RemindButton({ later, item }: { readonly later: Later; readonly item: SavedItem }) {
  const app = useApp();
  const when = useWhen();
  const attempt = useTry();
  const menu = useAnchor();
  const remind = (at: number) => void attempt(() => later.remind(item, at));
  const custom = () =>
    openModal(app, "pick_time", {
      title: s.remindTitle,
      action: s.set,
      at: item.date_due === 0 ? undefined : item.date_due,
      onPick: remind,
    });
  return (
    <>
      <IconButton label={s.remind} icon={Bell} size="sm" onClick={(e) => menu.toggle(e.currentTarget)} />
      {menu.anchor && (
        <Menu anchor={menu.anchor} label={s.remind} placement="bottom-end" onClose={menu.close}>
          <MenuLabel>{s.remindTitle}</MenuLabel>
          {reminderPresets.map((preset) => {
            const at = reminderAt(preset, when.now());
            return (
              <MenuItem key={preset} onSelect={() => remind(at)} hint={when.time(dateOfSeconds(at))}>
                {s.presets[preset]}
              </MenuItem>
            );
          })}
          <MenuItem onSelect={custom}>{s.custom}</MenuItem>
          {item.date_due > 0 && (
            <>
              <MenuSeparator />
              <MenuItem icon={BellOff} onSelect={() => remind(0)}>
                {s.noReminder}
              </MenuItem>
            </>
          )}
        </Menu>
      )}
    </>
  );
}

interface OptionsButtonProps extends SavedRowProps {
  readonly onMark: (how: Mark) => void;
  readonly onOpen: () => void;
}

function OptionsButton({ later, tab, item, onMark, onOpen }: OptionsButtonProps) {
  const attempt = useTry();
  const menu = useAnchor();
  return (
    <>
      <IconButton label={s.options} icon={Ellipsis} size="sm" onClick={(e) => menu.toggle(e.currentTarget)} />
      {menu.anchor && (
        <Menu anchor={menu.anchor} label={s.options} placement="bottom-end" onClose={menu.close}>
          <MenuItem onSelect={onOpen}>{catchUp.goTo}</MenuItem>
          {tab === "archived" ? (
            <MenuItem icon={ArchiveRestore} onSelect={() => onMark("unarchived")}>
              {s.unarchive}
            </MenuItem>
          ) : (
            <MenuItem icon={Archive} onSelect={() => onMark("archived")}>
              {s.archive}
            </MenuItem>
          )}
          <MenuSeparator />
          <MenuItem icon={Trash2} danger onSelect={() => void attempt(() => later.remove(item))}>
            {s.remove}
          </MenuItem>
        </Menu>
      )}
    </>
  );
}
