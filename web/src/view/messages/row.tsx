// One message of a list. It renders again when its own message changes, or what
// this row alone is about: the pointer, the line before it, its edit.

import { Bookmark, Clock, Pin } from "lucide-react";
import { memo, type ReactNode, useLayoutEffect, useMemo, useRef, useState } from "react";
import { strings } from "../../i18n";
import { isSent, isWritten } from "../../state/message_actions";
import { savedMarksOf } from "../../state/saved_marks";
import type { Message } from "../../wire/objects";
import { Emoji } from "../emoji/emoji";
import { useApp, useWorkspace } from "../hooks/app";
import { useComputed } from "../hooks/use_computed";
import { useValue } from "../hooks/use_value";
import { Avatar, Chip, cx, Tooltip, useHeir } from "../ui";
import type { MessageActions } from "./actions";
import { authorOf, continues, sameDay } from "./author";
import { Body } from "./body";
import { Broadcast } from "./broadcast";
import { DayDivider, NewDivider } from "./dividers";
import { EditBox } from "./edit_box";
import { rowBeside } from "./keyboard";
import type { ListState } from "./list_state";
import { Reactions } from "./reactions";
import styles from "./row.module.css";
import { SystemIcon, SystemText } from "./system";
import { ThreadSummary } from "./thread_summary";
import { MessageTime, useTimeFormat, when } from "./times";
import { Toolbar } from "./toolbar";

export interface RowProps {
  /** The message's key. */
  readonly id: string;
  /** The key before it. */
  readonly before: string | undefined;
  readonly actions: MessageActions;
  /** What stands above all else: the beginning of the conversation, the count of replies. */
  readonly above?: ReactNode;
}

export const Row = memo(function Row({ id, before, actions, above }: RowProps) {
  const { timeline } = actions.state;
  const message = useHeld(useValue(timeline.message(id)));
  const joined = useComputed(
    () => joins(message, before === undefined ? undefined : timeline.message(before).value, timeline.thread),
    [message, before, timeline],
  );
  const isNew = useComputed(() => actions.state.firstNew.value === id, [actions, id]);
  if (message === undefined) return null;
  return (
    <>
      {above}
      {joined === "day" && <DayDivider ts={message.ts} />}
      {isNew && <NewDivider onRead={() => actions.state.markRead()} />}
      <Line id={id} message={message} actions={actions} grouped={joined === "group" && !isNew} />
    </>
  );
});

/**
 * The message, or what it was. A row goes with its key, not before it: one's own message
 * has no key for a moment when the server has it, and whoever is at the row stays there.
 */
function useHeld(message: Message | undefined): Message | undefined {
  const [held, hold] = useState(message);
  if (message !== undefined && message !== held) hold(message);
  return message ?? held;
}

/** How a message follows the one before it. A thread's first message stands by itself. */
function joins(m: Message | undefined, before: Message | undefined, thread: string | undefined): "day" | "group" | "" {
  if (m === undefined) return "";
  if (thread !== undefined && (before === undefined || before.ts === thread)) return "";
  if (before === undefined || !sameDay(m.ts, before.ts)) return "day";
  return continues(m, before) ? "group" : "";
}

interface LineProps {
  readonly id: string;
  readonly message: Message;
  readonly actions: MessageActions;
  readonly grouped: boolean;
}

const isActive = 1;
const isEditing = 2;
const isShownOff = 4;
const isTabStop = 8;

/** What the list has to say about one row, as one number: a row listens to one thing. */
function flagsOf(state: ListState, id: string): number {
  return (
    ((state.menu.value?.key ?? state.active.value) === id ? isActive : 0) |
    (state.editing.value === id ? isEditing : 0) |
    (state.shownOff.value === id ? isShownOff : 0) |
    (state.tabStop.value === id ? isTabStop : 0)
  );
}

function Line({ id, message, actions, grouped }: LineProps) {
  const { state } = actions;
  const flags = useComputed(() => flagsOf(state, id), [state, id]);
  const active = (flags & isActive) !== 0;
  const editing = (flags & isEditing) !== 0;
  const mentioned = useMentioned(message);
  const system = !isWritten(message);
  const sent = isSent(message) && message.is_ephemeral !== true;
  const was = useRef(id);
  useLayoutEffect(() => {
    state.renamed(was.current, id);
    was.current = id;
  }, [state, id]);
  const heir = useHeir(rowBeside);
  return (
    // biome-ignore lint/a11y/useSemanticElements: the virtual list's own elements stand between it and its list
    <div
      ref={heir}
      role="article"
      className={cx(
        styles.row,
        grouped && styles.grouped,
        active && styles.active,
        mentioned && styles.mentioned,
        (flags & isShownOff) !== 0 && styles.shownOff,
        message.local?.state === "sending" && styles.sending,
      )}
      data-key={id}
      tabIndex={(flags & isTabStop) !== 0 ? 0 : -1}
      onPointerEnter={(e) => e.pointerType === "mouse" && state.point(id)}
      onPointerLeave={(e) => e.pointerType === "mouse" && state.point(undefined)}
      onFocus={(e) => {
        state.focused.value = id;
        if (e.currentTarget.matches(":focus-visible")) state.point(id);
      }}
      onBlur={(e) => !e.currentTarget.contains(e.relatedTarget) && state.active.peek() === id && state.point(undefined)}
    >
      <Marks message={message} channel={state.channel} />
      <div className={styles.gutter}>
        {system ? (
          <SystemIcon message={message} />
        ) : grouped ? (
          active && <MessageTime ts={message.ts} channel={state.channel} className={styles.sideTime} short />
        ) : (
          <Face message={message} />
        )}
      </div>
      <div className={styles.content}>
        {!grouped && !system && <Head message={message} channel={state.channel} />}
        {message.subtype === "thread_broadcast" && <Broadcast message={message} state={state} />}
        {message.is_ephemeral && <div className={styles.context}>{strings.messages.onlyYou}</div>}
        {system ? (
          <div className={styles.system}>
            <SystemText message={message} />{" "}
            <MessageTime ts={message.ts} channel={state.channel} className={styles.time} />
          </div>
        ) : editing ? (
          <EditBox message={message} actions={actions} />
        ) : (
          <Body message={message} after={message.edited && <EditedMark message={message} />} />
        )}
        <Fate id={id} message={message} actions={actions} />
        <Reactions message={message} actions={actions} />
        {!state.inThread && (message.reply_count ?? 0) > 0 && (
          <ThreadSummary message={message} onOpen={() => actions.reply(message)} />
        )}
      </div>
      {active && sent && !editing && <Toolbar id={id} message={message} actions={actions} />}
    </div>
  );
}

/** Whether the text calls the person, or everybody. */
function useMentioned(m: Message): boolean {
  const w = useWorkspace();
  return useComputed(() => {
    const self = w.self.value.id;
    return (
      m.user !== self &&
      (m.text.includes(`<@${self}>`) || m.text.includes(`<@${self}|`) || /<!(?:here|channel|everyone)/.test(m.text))
    );
  }, [w, m]);
}

function useAuthor(m: Message) {
  const w = useWorkspace();
  const user = useValue(w.users.get(m.user ?? ""));
  return authorOf(m, user);
}

function Face({ message }: { readonly message: Message }) {
  const app = useApp();
  const author = useAuthor(message);
  if (author.emoji) {
    return (
      <span className={styles.emojiFace}>
        <Emoji name={author.emoji} size={28} decorative />
      </span>
    );
  }
  const face = <Avatar src={author.image} name={author.name} size={36} />;
  if (author.user === "") return face;
  return (
    <button
      type="button"
      tabIndex={-1}
      aria-hidden
      className={styles.face}
      onClick={() => app.navigate({ side: { type: "profile", user: author.user } })}
    >
      {face}
    </button>
  );
}

function Head({ message, channel }: { readonly message: Message; readonly channel: string }) {
  const app = useApp();
  const author = useAuthor(message);
  return (
    <div className={styles.head}>
      {author.user === "" ? (
        <span className={styles.name}>{author.name}</span>
      ) : (
        <button
          type="button"
          className={styles.name}
          onClick={() => app.navigate({ side: { type: "profile", user: author.user } })}
        >
          {author.name || "\u00a0"}
        </button>
      )}
      {author.app && <Chip>{strings.messages.app}</Chip>}
      <StatusEmoji user={author.user} />
      <MessageTime ts={message.ts} channel={channel} className={styles.time} />
    </div>
  );
}

function StatusEmoji({ user }: { readonly user: string }) {
  const w = useWorkspace();
  const emoji = useComputed(() => w.users.get(user).value?.profile.status_emoji ?? "", [w, user]);
  const text = useComputed(() => w.users.get(user).value?.profile.status_text ?? "", [w, user]);
  if (emoji === "") return null;
  return (
    <Tooltip text={text || emoji}>
      <span className={styles.status}>
        <Emoji name={emoji.replaceAll(":", "")} size={15} />
      </span>
    </Tooltip>
  );
}

/** That it is pinned, or kept for later. */
function Marks({ message, channel }: { readonly message: Message; readonly channel: string }) {
  const w = useWorkspace();
  const due = useValue(useMemo(() => savedMarksOf(w).of(channel, message.ts), [w, channel, message.ts]));
  const time = useTimeFormat();
  const pinned = message.pinned_to?.includes(channel) === true;
  if (!pinned && due === undefined) return null;
  return (
    <div className={styles.marks}>
      {due !== undefined && (
        <span className={styles.savedMark}>
          <Bookmark size={12} fill="currentColor" aria-hidden />
          {due === 0
            ? strings.messages.saved
            : strings.messages.savedDue(when(String(due), w.platform.clock.now(), time))}
        </span>
      )}
      {pinned && (
        <span className={styles.pinMark}>
          <Pin size={12} aria-hidden />
          {strings.messages.pinned}
        </span>
      )}
    </div>
  );
}

function EditedMark({ message }: { readonly message: Message }) {
  const w = useWorkspace();
  const time = useTimeFormat();
  const at = message.edited?.ts ?? message.ts;
  return (
    <Tooltip text={strings.messages.editedAt(when(at, w.platform.clock.now(), time))}>
      <span className={styles.edited}> {strings.messages.edited}</span>
    </Tooltip>
  );
}

/** What becomes of a message that the server does not have yet. */
function Fate({
  id,
  message,
  actions,
}: {
  readonly id: string;
  readonly message: Message;
  readonly actions: MessageActions;
}) {
  const { local } = message;
  const heir = useHeir((gone) => gone.closest("[data-key]"));
  if (local?.state === "queued") {
    return (
      <div className={styles.queued}>
        <Clock size={12} aria-hidden /> {strings.messages.queued}
      </div>
    );
  }
  if (local?.state !== "failed") return null;
  return (
    <div ref={heir} className={styles.failed} role="alert">
      <span>
        {local.isEdit ? strings.messages.editFailed : strings.messages.failed}.{" "}
        {strings.messages.failedWhy(local.error ?? "")}
      </span>
      <button type="button" className={styles.fateButton} onClick={() => actions.retry(id)}>
        {strings.messages.retry}
      </button>
      <button type="button" className={styles.fateButton} onClick={() => actions.discard(id)}>
        {strings.messages.discard}
      </button>
    </div>
  );
}
