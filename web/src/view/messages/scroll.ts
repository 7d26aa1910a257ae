// Where a list of messages is scrolled to. The place is the person's: it stays
// where they put it, and at the end as long as they left it there, whatever
// comes, grows or shrinks.

import { type RefObject, useCallback, useEffect, useLayoutEffect, useMemo, useRef } from "react";
import type { VirtualizerHandle } from "virtua";

/** As near to the end as this is at the end. */
const slack = 24;
const scrollKeys = new Set(["ArrowUp", "ArrowDown", "PageUp", "PageDown", "Home", "End", " ", "j", "k"]);
/** So long after a wheel, touch or key a scroll is the person's doing. */
const intentMs = 700;

export interface ScrollPlace {
  readonly atEnd: boolean;
  /** The first and last item that is seen. */
  readonly first: number;
  readonly last: number;
  /** How far it is to either end, in heights of the window. */
  readonly above: number;
  readonly below: number;
  /** How far the divider of the next day pushes what stands at the upper edge. */
  readonly pushed: number;
  /** The first item's own divider is seen: nothing needs to stand at the edge. */
  readonly named: boolean;
}

/** An item to be led to. */
interface Wanted {
  readonly key: string;
  readonly align: "start" | "center";
  readonly offset: number;
}

/** So near to the upper edge what stands there makes room. */
export const edge = 40;

export class ScrollControl {
  readonly scroller: RefObject<HTMLDivElement | null> = { current: null };
  readonly list: RefObject<VirtualizerHandle | null> = { current: null };
  /** The list stays at its end. */
  stuck = true;
  private intent = Number.NEGATIVE_INFINITY;
  private wanted: Wanted | undefined;
  /** The item to which the list was led when somebody scrolled on: it is not brought back there. */
  takenFrom: string | undefined;
  private settling = false;
  /** What the list shows now: an item is wanted by its key, as its index changes with what comes before it. */
  keys: readonly string[] = [];

  /** Somebody's hand is on it. */
  touched = (e: Event): void => {
    if (e instanceof KeyboardEvent && !scrollKeys.has(e.key)) return;
    // A press on the scroll bar is one on the scroller itself.
    if (e.type === "pointerdown" && e.target !== this.scroller.current) return;
    this.intent = performance.now();
    this.takenFrom = this.wanted?.key ?? this.takenFrom;
    this.wanted = undefined;
  };

  toEnd(): void {
    this.stuck = true;
    this.wanted = undefined;
    this.pin();
  }

  /** Leads to an item, and holds it there until somebody scrolls, as what is above may turn out higher. */
  to(key: string, align: "start" | "center", offset = 0): boolean {
    if (!this.keys.includes(key)) return false;
    this.stuck = false;
    this.wanted = { key, align, offset };
    this.takenFrom = undefined;
    this.settle();
    return true;
  }

  /** Called when something grew or shrank. */
  changed: () => void = () => {};

  /** After something came, grew or shrank: back to where the list is meant to be. */
  settle = (): void => {
    this.changed();
    if (this.stuck) this.pin();
    else if (this.wanted !== undefined) this.place(this.wanted);
  };

  /** Rows turned out higher or lower than they were thought to be: settles before that is painted. */
  resized = (): void => {
    if (this.settling) return;
    this.settling = true;
    queueMicrotask(() => {
      this.settling = false;
      this.settle();
    });
  };

  /** Looks where the list is, after a scroll. */
  look(): ScrollPlace | undefined {
    const list = this.list.current;
    const scroller = this.scroller.current;
    if (list === null || scroller === null) return undefined;
    const { scrollTop, clientHeight, scrollHeight } = scroller;
    const left = scrollHeight - scrollTop - clientHeight;
    const atEnd = left < slack;
    if (atEnd) this.stuck = this.wanted === undefined;
    else if (performance.now() - this.intent < intentMs) this.stuck = false;
    const first = list.findItemIndex(scrollTop);
    return {
      ...this.days(scroller, this.keys[first]),
      atEnd: atEnd || this.stuck,
      first,
      last: list.findItemIndex(scrollTop + clientHeight - slack),
      above: scrollTop / Math.max(1, clientHeight),
      below: left / Math.max(1, clientHeight),
    };
  }

  /**
   * Looks for the first divider of a day below the upper edge. Of those above it,
   * what stands at the edge has taken the place.
   */
  private days(scroller: HTMLElement, first: string | undefined): Pick<ScrollPlace, "pushed" | "named"> {
    const { top } = scroller.getBoundingClientRect();
    let found: Pick<ScrollPlace, "pushed" | "named"> | undefined;
    for (const divider of scroller.querySelectorAll<HTMLElement>("[data-day]")) {
      const below = divider.getBoundingClientRect().top - top;
      divider.toggleAttribute("data-past", below <= 0);
      if (below > 0) {
        found ??= { pushed: Math.round(Math.max(0, edge - below)), named: divider.dataset.day === first };
      }
    }
    return found ?? { pushed: 0, named: false };
  }

  /** Not by the list's own means: those go on for a while, against whoever scrolls meanwhile. */
  private place({ key, align, offset }: Wanted): void {
    const list = this.list.current;
    const scroller = this.scroller.current;
    const index = this.keys.indexOf(key);
    if (list === null || scroller === null || index < 0) return;
    const room = align === "center" ? (scroller.clientHeight - list.getItemSize(index)) / 2 : 0;
    scroller.scrollTop = list.getItemOffset(index) - room + offset;
  }

  private pin(): void {
    const scroller = this.scroller.current;
    if (scroller !== null) scroller.scrollTop = scroller.scrollHeight;
  }
}

/** A control whose list keeps its place through changes of size. */
export function useScrollControl(): ScrollControl {
  const control = useMemo(() => new ScrollControl(), []);
  useLayoutEffect(() => {
    const scroller = control.scroller.current;
    if (scroller === null) return;
    const sizes = new ResizeObserver(control.settle);
    sizes.observe(scroller);
    for (const child of scroller.children) sizes.observe(child);
    const more = new MutationObserver(() => {
      for (const child of scroller.children) sizes.observe(child);
    });
    more.observe(scroller, { childList: true });
    const events = ["wheel", "touchmove", "keydown", "pointerdown"] as const;
    for (const event of events) scroller.addEventListener(event, control.touched, { passive: true });
    return () => {
      sizes.disconnect();
      more.disconnect();
      for (const event of events) scroller.removeEventListener(event, control.touched);
    };
  }, [control]);
  return control;
}

/** Calls f at most once a frame. */
export function useEachFrame(f: () => void): () => void {
  const latest = useRef(f);
  latest.current = f;
  const frame = useRef(0);
  useEffect(() => () => cancelAnimationFrame(frame.current), []);
  return useCallback(() => {
    if (frame.current !== 0) return;
    frame.current = requestAnimationFrame(() => {
      frame.current = 0;
      latest.current();
    });
  }, []);
}
