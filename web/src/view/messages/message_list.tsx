// The list of a channel's or a thread's messages: virtual, anchored at its end,
// loading at both ends before anybody gets there.

import { type ReactNode, useEffect, useLayoutEffect, useMemo, useRef, useState } from "react";
import { Virtualizer, type VirtualizerHandle } from "virtua";
import { strings } from "../../i18n";
import type { MessageKey, Timeline } from "../../state/timeline";
import { afterPaint } from "../hooks/after_paint";
import { useApp, useWorkspace } from "../hooks/app";
import { useValue } from "../hooks/use_value";
import { Button, SkeletonRows, useDelayed, useHeir } from "../ui";
import { MessageActions } from "./actions";
import { DayPill } from "./day_pill";
import { JumpButton } from "./jump_button";
import { listUnder, rowKeys } from "./keyboard";
import { isTs, ListState } from "./list_state";
import { LiveNews } from "./live_news";
import { useLongPress } from "./long_press";
import styles from "./message_list.module.css";
import { OpenMenu } from "./message_menu";
import { toFirstNew, toLatest, toNews, useOpening } from "./opening";
import { placesOf } from "./places";
import { Row } from "./row";
import { type ScrollControl, type ScrollPlace, useEachFrame, useScrollControl } from "./scroll";
import { type Named, nextStep, type Step } from "./steps";
import { UnreadBar } from "./unread_bar";

export interface MessageListProps {
  readonly timeline: Timeline;
  /** What the list is called. */
  readonly label: string;
  /** The message to lead to. */
  readonly at?: string;
  /** Stands above the very first message. */
  readonly beginning?: ReactNode;
  /** Stands above the second: below a thread's first message. */
  readonly afterFirst?: ReactNode;
}

/** How near to an end more is loaded, in heights of the window. */
const loadAt = 2;

export function MessageList(props: MessageListProps) {
  const { timeline, label, at, beginning, afterFirst } = props;
  const app = useApp();
  const w = useWorkspace();
  const state = useListState(timeline);
  const actions = useMemo(() => new MessageActions(app, w, state), [app, w, state]);
  const step = useSteps(timeline);
  const atStart = useValue(timeline.atStart);
  const control = useScrollControl();
  control.keys = step.keys;
  const [place, setPlace] = useState<ScrollPlace>();
  const look = useEachFrame(() => {
    const now = control.look();
    if (now === undefined) return;
    setPlace((before) => (before !== undefined && samePlace(before, now) ? before : now));
    loadMore(timeline, now);
    see(state, step.keys, now);
  });
  control.changed = look;
  useOpening({ state, control, step, at, look });
  useLeaving(state, control);
  useNews(state, control, look);
  useListCommands(state, control);
  const rows = useMemo(
    () => step.keys.map((key, i) => ({ key, before: step.keys[i - 1], name: step.names[i] })),
    [step.keys, step.names],
  );
  const empty = rows.length === 0;
  // Read as the list is put up; afterwards it knows better.
  const [heights] = useState(() => placesOf(w).heights(timeline.key, step.keys));
  useEffect(() => (empty ? undefined : afterPaint(() => app.painted())), [app, empty]);
  const press = useLongPress(state);
  const buffer = useBuffer();
  const held = useHeldRows(state, step.keys);
  const onKeyDown = rowKeys(actions, control, step.keys);
  return (
    <div className={styles.pane}>
      <div
        ref={control.scroller}
        className={styles.scroller}
        role="log"
        tabIndex={-1}
        aria-live="off"
        aria-label={label}
        onScroll={look}
        onKeyDown={onKeyDown}
        {...press}
      >
        {timeline.thread === undefined && <div className={styles.spacer} />}
        {empty ? (
          <Nothing timeline={timeline} beginning={beginning} />
        ) : (
          <Virtualizer
            key={step.epoch}
            ref={control.list}
            cache={step.epoch === 0 ? heights : undefined}
            scrollRef={control.scroller}
            data={rows}
            shift={step.shift}
            bufferSize={buffer}
            keepMounted={held}
            onScroll={look}
            onScrollEnd={control.settle}
            onResize={control.resized}
          >
            {(row, i) => (
              <Row
                key={row.name}
                id={row.key}
                before={row.before}
                actions={actions}
                above={i === 0 ? atStart && beginning : i === 1 ? afterFirst : undefined}
              />
            )}
          </Virtualizer>
        )}
        <div className={styles.foot} />
      </div>
      <DayPill timeline={timeline} keys={step.keys} place={place} control={control} />
      <UnreadBar state={state} keys={step.keys} place={place} onJump={() => void toFirstNew(state, control)} />
      <JumpButton state={state} place={place} onJump={() => void toLatest(state, control)} />
      <Trouble timeline={timeline} />
      <OpenMenu actions={actions} />
      <LiveNews state={state} />
    </div>
  );
}

const firstBuffer = 150;
const fullBuffer = 800;
const fullAfterMs = 250;

/** How many pixels beyond the window are drawn: few at first, so that it is there at once, then enough to scroll into. */
function useBuffer(): number {
  const [full, setFull] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setFull(true), fullAfterMs);
    return () => clearTimeout(timer);
  }, []);
  return full ? fullBuffer : firstBuffer;
}

/** The rows that somebody is at, wherever they scroll: the focus and what they write there stay. */
function useHeldRows(state: ListState, keys: readonly MessageKey[]): readonly number[] {
  const focused = useValue(state.focused);
  const editing = useValue(state.editing);
  return useMemo(() => {
    const at = [focused, editing].map((key) => (key === undefined ? -1 : keys.indexOf(key)));
    return at.filter((i) => i >= 0);
  }, [focused, editing, keys]);
}

function samePlace(a: ScrollPlace, b: ScrollPlace): boolean {
  return (
    a.first === b.first &&
    a.last === b.last &&
    a.atEnd === b.atEnd &&
    a.pushed === b.pushed &&
    a.named === b.named &&
    a.below < 0.5 === b.below < 0.5
  );
}

function loadMore(timeline: Timeline, place: ScrollPlace): void {
  if (timeline.loading.peek() !== "" || timeline.error.peek() !== undefined) return;
  if (place.above < loadAt && !timeline.atStart.peek()) void timeline.loadOlder();
  else if (place.below < loadAt && !timeline.atEnd.peek()) void timeline.loadNewer();
}

/** Marks what the person sees as read: only where they look. */
function see(state: ListState, keys: readonly MessageKey[], place: ScrollPlace): void {
  if (!isLooking(state)) return;
  const last = place.atEnd ? keys.findLast(isTs) : keys[place.last];
  if (last !== undefined && isTs(last)) state.mark(last);
}

function isLooking(state: ListState): boolean {
  return state.w.platform.visible() && document.hasFocus();
}

function named(timeline: Timeline, keys: readonly MessageKey[]): Named<MessageKey> {
  return { keys, names: keys.map((key) => nameOfRow(timeline, key)) };
}

/** One's own message has one name before and after it was sent, so that its row stays the same. */
function nameOfRow(timeline: Timeline, key: MessageKey): string {
  const m = timeline.message(key).peek();
  return m?.client_msg_id !== undefined && m.bot_id === undefined
    ? `${m.user}/${m.client_msg_id}/${m.thread_ts ?? ""}`
    : key;
}

function useListState(timeline: Timeline): ListState {
  const w = useWorkspace();
  const state = useMemo(() => new ListState(w, timeline), [w, timeline]);
  useEffect(() => () => state.close(), [state]);
  return state;
}

/** The keys that are shown, brought to what they shall be a step at a time, before anything is painted. */
function useSteps(timeline: Timeline): Step<MessageKey> {
  const target = useValue(timeline.messages);
  const [step, setStep] = useState<Step<MessageKey>>(() => ({ ...named(timeline, target), shift: false, epoch: 0 }));
  useLayoutEffect(() => {
    if (step.keys !== target) setStep(nextStep(step, named(timeline, target)));
  }, [step, target, timeline]);
  return step;
}

/** The item at the upper edge, and how far it is beyond it. Reading it costs a layout. */
function placeIn(list: VirtualizerHandle, scroller: HTMLElement, keys: readonly string[]) {
  const { scrollTop } = scroller;
  const index = list.findItemIndex(scrollTop);
  const key = keys[index];
  return key === undefined ? undefined : { key, offset: scrollTop - list.getItemOffset(index) };
}

/** Remembers where the list was, and its rows' heights, when the person goes elsewhere. */
function useLeaving(state: ListState, control: ScrollControl): void {
  useLayoutEffect(() => {
    return () => {
      const list = control.list.current;
      const scroller = control.scroller.current;
      if (list === null || scroller === null) return;
      const places = placesOf(state.w);
      places.leave(state.timeline.key, control.stuck ? undefined : placeIn(list, scroller, control.keys));
      places.keepHeights(state.timeline.key, control.keys, list.cache);
    };
  }, [control, state]);
}

/** What comes while nobody looks gets the line before it; what the person sees when they come back is read. */
function useNews(state: ListState, control: ScrollControl, look: () => void): void {
  const keys = useValue(state.timeline.messages);
  const before = useRef(keys);
  useLayoutEffect(() => {
    const was = state.news();
    const sent = keys.at(-1);
    const isOwnNew = sent !== undefined && !isTs(sent) && !before.current.includes(sent);
    before.current = keys;
    if (isOwnNew && state.timeline.atEnd.peek()) control.toEnd();
    if (was === undefined) return;
    if (!isLooking(state) || !control.stuck) state.arrived(was);
    look();
  }, [keys, control, look, state]);
  useEffect(() => {
    const back = () => look();
    const undo = state.w.platform.onVisible(back);
    window.addEventListener("focus", back);
    return () => {
      undo();
      window.removeEventListener("focus", back);
    };
  }, [look, state]);
}

/** The keys that work from anywhere while a conversation is shown. */
function useListCommands(state: ListState, control: ScrollControl): void {
  const app = useApp();
  useEffect(() => {
    if (state.inThread) return;
    const markRead = () => {
      if (state.newFrom.peek() === undefined && !state.w.unread.of(state.channel).peek().unread) return false;
      state.markRead();
      return true;
    };
    const toNew = () => {
      void toNews(state, control);
      return true;
    };
    const { markRead: title, jumpToNew } = strings.messages;
    return app.commands.register(
      { id: "messages.markRead", title, group: "messages", keys: "Escape", whileTyping: true, run: markRead },
      { id: "messages.jumpToNew", title: jumpToNew, group: "messages", keys: "Mod+J", run: toNew },
    );
  }, [app, control, state]);
}

/** No message is there: not yet, or at all. */
function Nothing({ timeline, beginning }: { readonly timeline: Timeline; readonly beginning: ReactNode }) {
  const loading = useValue(timeline.loading);
  const error = useValue(timeline.error);
  const late = useDelayed();
  if (loading !== "") return late ? <SkeletonRows rows={10} avatar /> : null;
  return error === undefined ? beginning : null;
}

function Trouble({ timeline }: { readonly timeline: Timeline }) {
  const error = useValue(timeline.error);
  const loading = useValue(timeline.loading);
  const heir = useHeir(listUnder);
  if (error === undefined || loading !== "") return null;
  return (
    <div ref={heir} className={styles.trouble} role="alert">
      <span>
        {strings.messages.loadFailed} {strings.messages.actionFailed(error)}
      </span>
      <Button size="sm" onClick={() => timeline.retry()}>
        {strings.common.retry}
      </Button>
    </div>
  );
}
