import { CalendarClock, Ellipsis, Paperclip, Pencil, Send, Trash2 } from "lucide-react";
import { type ReactNode, useMemo } from "react";
import { catchUp } from "../../i18n/catch_up";
import { errors } from "../../i18n/errors";
import type { DraftItem, DraftsView, ScheduledItem } from "../../state/drafts_view";
import { type Match, threadOf } from "../../state/search";
import { dateOfSeconds, dateOfTs } from "../../state/when";
import type { Message } from "../../wire/objects";
import { openModal } from "../app/modals";
import { ExcerptBody } from "../excerpt/excerpt_body";
import { useApp, useWorkspace } from "../hooks/app";
import { PlaceLink } from "../listing/place";
import { Row } from "../listing/rows";
import { useTry } from "../listing/use_try";
import { useWhen } from "../listing/use_when";
import { Chip, cx, IconButton, Menu, MenuItem, MenuSeparator, useAnchor } from "../ui";
import styles from "./drafts.module.css";

const s = catchUp.drafts;

interface MessageRowProps {
  readonly channel: string;
  readonly thread?: string;
  readonly note: ReactNode;
  readonly fault?: boolean;
  readonly message: Message;
  readonly actions?: ReactNode;
  readonly onOpen: () => void;
}

function MessageRow({ channel, thread, note, fault, message, actions, onOpen }: MessageRowProps) {
  const onKey = (key: string) => {
    if (key === "Enter") onOpen();
    return key === "Enter";
  };
  return (
    <Row className={styles.row} onKey={onKey}>
      <header className={styles.head}>
        <PlaceLink id={channel} />
        {thread !== undefined && <Chip>{s.thread}</Chip>}
        <span className={cx(styles.note, fault && styles.fault)}>{note}</span>
        {actions !== undefined && <span className={styles.actions}>{actions}</span>}
      </header>
      {/* biome-ignore lint/a11y/noStaticElementInteractions: the row's Enter does the same */}
      {/* biome-ignore lint/a11y/useKeyWithClickEvents: the row's Enter does the same */}
      <div className={styles.body} onClick={onOpen}>
        <ExcerptBody message={message} brief />
      </div>
    </Row>
  );
}

function useOpen(channel: string, thread?: string): () => void {
  const app = useApp();
  const main = { type: "channel" as const, channel };
  return () => app.navigate(thread === undefined ? { main } : { main, side: { type: "thread", channel, ts: thread } });
}

export function DraftRow({ view, draft }: { readonly view: DraftsView; readonly draft: DraftItem }) {
  const app = useApp();
  const when = useWhen();
  const attempt = useTry();
  const to = draft.destinations[0];
  const channel = to?.channel_id ?? "";
  const thread = to?.thread_ts;
  const open = useOpen(channel, thread);
  const message = useMemo<Message>(
    () => ({ text: draft.text, blocks: [...draft.blocks], ts: draft.last_updated_ts }),
    [draft],
  );
  const discard = () =>
    openModal(app, "confirm", {
      title: s.discardSure,
      action: s.discard,
      danger: true,
      onConfirm: () => void attempt(() => view.discard(draft)),
    });
  return (
    <MessageRow
      channel={channel}
      thread={thread}
      message={message}
      onOpen={open}
      note={
        <>
          {when.brief(dateOfTs(draft.last_updated_ts))}
          {draft.file_ids.length > 0 && (
            <span className={styles.files}>
              <Paperclip size={12} aria-hidden /> {s.files(draft.file_ids.length)}
            </span>
          )}
        </>
      }
      actions={
        <>
          <IconButton label={s.edit} icon={Pencil} size="sm" onClick={open} />
          <IconButton label={s.discard} icon={Trash2} size="sm" danger onClick={discard} />
        </>
      }
    />
  );
}

export function ScheduledRow({ view, message }: { readonly view: DraftsView; readonly message: ScheduledItem }) {
  const app = useApp();
  const workspace = useWorkspace();
  const when = useWhen();
  const attempt = useTry();
  const menu = useAnchor();
  const open = useOpen(message.channel_id, message.thread_ts);
  const shown = useMemo<Message>(
    () => ({
      text: message.text,
      blocks: message.blocks === undefined ? undefined : [...message.blocks],
      files: message.files === undefined ? undefined : [...message.files],
      ts: message.id,
    }),
    [message],
  );
  const cancel = () =>
    openModal(app, "confirm", {
      title: s.cancelSure,
      text: s.cancelText,
      action: s.cancel,
      danger: true,
      onConfirm: () => void attempt(() => view.cancel(message)),
    });
  const sendNow = () => view.sendNow(message, workspace.api.serverNow());
  const change = () =>
    openModal(app, "pick_time", {
      title: s.rescheduleTitle,
      action: s.reschedule.replace("…", ""),
      at: message.post_at,
      onPick: (at: number) => void attempt(() => view.reschedule(message, at)),
    });
  return (
    <MessageRow
      channel={message.channel_id}
      thread={message.thread_ts}
      message={shown}
      onOpen={open}
      fault={message.error !== undefined}
      note={
        message.error === undefined
          ? s.sendAt(when.momentInside(dateOfSeconds(message.post_at)))
          : s.failed(errors.explain(message.error))
      }
      actions={
        <>
          <IconButton label={s.reschedule} icon={CalendarClock} size="sm" onClick={change} />
          <IconButton
            label={catchUp.later.options}
            icon={Ellipsis}
            size="sm"
            onClick={(e) => menu.toggle(e.currentTarget)}
          />
          {menu.anchor && (
            <Menu anchor={menu.anchor} label={catchUp.later.options} placement="bottom-end" onClose={menu.close}>
              <MenuItem icon={Send} onSelect={() => void attempt(sendNow)}>
                {s.sendNow}
              </MenuItem>
              <MenuItem icon={CalendarClock} onSelect={change}>
                {s.reschedule}
              </MenuItem>
              <MenuSeparator />
              <MenuItem icon={Trash2} danger onSelect={cancel}>
                {s.cancel}
              </MenuItem>
            </Menu>
          )}
        </>
      }
    />
  );
}

export function SentRow({ match }: { readonly match: Match }) {
  const app = useApp();
  const when = useWhen();
  const thread = threadOf(match.permalink);
  const channel = match.channel.id;
  const message = useMemo<Message>(
    () => ({
      text: match.text,
      blocks: match.blocks,
      ts: match.ts,
      files: match.files === undefined ? undefined : [...match.files],
    }),
    [match],
  );
  const open = () => {
    const inThread = thread !== undefined && thread !== match.ts;
    const main = { type: "channel" as const, channel, at: inThread ? thread : match.ts };
    app.navigate(inThread ? { main, side: { type: "thread", channel, ts: thread, at: match.ts } } : { main });
  };
  return (
    <MessageRow
      channel={channel}
      thread={thread === match.ts ? undefined : thread}
      message={message}
      onOpen={open}
      note={when.moment(dateOfTs(match.ts))}
    />
  );
}
