// Where a list of messages begins, and how it is led to what is new and to its end.

import { type RefObject, useEffect, useLayoutEffect, useRef } from "react";
import { strings } from "../../i18n";
import type { MessageKey } from "../../state/timeline";
import { useApp } from "../hooks/app";
import { useComputed } from "../hooks/use_computed";
import type { ListState } from "./list_state";
import { placesOf } from "./places";
import type { ScrollControl } from "./scroll";
import type { Step } from "./steps";

interface Opening {
  readonly state: ListState;
  readonly control: ScrollControl;
  readonly step: Step<MessageKey>;
  readonly at: string | undefined;
  readonly look: () => void;
}

/** Brings the list to where it begins: the message asked for, where it was left, what is new, or the end. */
export function useOpening({ state, control, step, at, look }: Opening): void {
  const app = useApp();
  const { timeline } = state;
  const opened = useRef(-1);
  // Who follows the same link again is led there again: the route has another value then.
  const asked = useComputed(() => {
    const route = app.route.value;
    if (route.page !== "client") return undefined;
    return state.inThread ? route.side : route.main;
  }, [app, state]);
  const empty = step.keys.length === 0;
  useLayoutEffect(() => {
    if (empty || opened.current === step.epoch) return;
    const first = opened.current < 0;
    opened.current = step.epoch;
    const left = placesOf(state.w).take(timeline.key);
    const fresh = state.firstNew.peek();
    if (at !== undefined) control.to(at, "center");
    else if (first && left !== undefined && control.to(left.key, "start", left.offset)) look();
    else if (first && (fresh !== undefined || state.newAbove.peek())) void openAtNew(state, control, look);
    else if (!state.opening || fresh === undefined || !control.to(fresh, "start", -80)) control.toEnd();
    const toLoad = first && at === undefined && left === undefined && state.newFrom.peek() === undefined;
    if (toLoad && !timeline.atEnd.peek()) void timeline.jumpToLatest().then(() => control.toEnd());
    look();
  }, [empty, step.epoch, at, control, look, state, timeline]);
  useCounts({ state, control, at, look, opened });
  useEffect(() => {
    if (at === undefined) return;
    let gone = false;
    control.takenFrom = undefined;
    void timeline.jumpTo(at).then((key) => {
      if (gone || key === undefined) return;
      if (key !== at) app.toasts.show({ text: strings.messages.missingMessage });
      // The window around it may be another one: it is shown once that is drawn.
      requestAnimationFrame(() => {
        if (control.takenFrom !== key && !control.to(key, "center")) return;
        state.shownOff.value = key;
        state.focused.value = key;
      });
    });
    return () => {
      gone = true;
    };
  }, [at, asked, app, control, state, timeline]);
}

interface Counted extends Omit<Opening, "step"> {
  /** The step at which the list was brought to its place; below 0 before. */
  readonly opened: RefObject<number>;
}

/** Where a list is shown before the counts have come, only they say what is new in it. */
function useCounts({ state, control, at, look, opened }: Counted): void {
  const { current } = state.w.unread;
  const settled = useRef(current.peek());
  useEffect(() => {
    if (state.inThread) return;
    return current.subscribe((is) => {
      if (!is) return;
      const isFirst = !settled.current;
      settled.current = true;
      queueMicrotask(() => {
        const from = state.newFrom.peek();
        const isAtEnd = opened.current >= 0 && at === undefined && control.stuck;
        if (isFirst && isAtEnd && from !== undefined && from !== state.openedAt) void openAtNew(state, control, look);
        else look();
      });
    });
  }, [at, current, control, look, opened, state]);
}

/** What is new stands a little below the upper edge; where it all fits, the list is at its end. */
export async function openAtNew(state: ListState, control: ScrollControl, look: () => void): Promise<void> {
  const opening = ++state.openings;
  state.opening = true;
  state.openedAt = state.newFrom.peek();
  control.toEnd();
  if (state.newAbove.peek()) await toFirstNew(state, control);
  else await drawn();
  if (control.stuck && isNewHigher(state, control)) await toFirstNew(state, control);
  await drawn(); // heights are measured, and the list is brought to its place by them
  if (opening !== state.openings) return;
  state.opening = false;
  look();
}

/** Whether the new messages are more than the window holds. */
function isNewHigher(state: ListState, control: ScrollControl): boolean {
  const fresh = state.firstNew.peek();
  const index = fresh === undefined ? -1 : control.keys.indexOf(fresh);
  const list = control.list.current;
  const scroller = control.scroller.current;
  if (list === null || scroller === null || index < 0) return false;
  return list.scrollSize - list.getItemOffset(index) > scroller.clientHeight - 80;
}

/** To the first message that is new, with the line above it; it is loaded where it is not there. False: there is none. */
export async function toFirstNew(state: ListState, control: ScrollControl): Promise<boolean> {
  const lead = () => {
    const fresh = state.firstNew.peek();
    return fresh !== undefined && control.to(fresh, "start", -80);
  };
  const from = state.newFrom.peek();
  if (!state.newAbove.peek() || from === undefined) return lead();
  await state.timeline.jumpTo(from);
  await drawn(); // the window around it may be another one
  return lead();
}

/** To the first message that is new, else to the end. What is new and can't be loaded is not passed over. */
export async function toNews(state: ListState, control: ScrollControl): Promise<void> {
  const led = await toFirstNew(state, control);
  if (!led && !state.newAbove.peek()) await toLatest(state, control);
}

function drawn(): Promise<void> {
  return new Promise((resolve) => requestAnimationFrame(() => resolve()));
}

/** To the end, by the person's wish. */
export async function toLatest(state: ListState, control: ScrollControl): Promise<void> {
  state.passed = true;
  await state.timeline.jumpToLatest();
  control.toEnd();
}
