// What one list of messages is about at the moment: which row is pointed at,
// edited, shown off, and where what is new begins. Rows read it signal by
// signal, so that each renders again for itself alone.

import { computed, effect, type ReadonlySignal, type Signal, signal, untracked } from "@preact/signals-core";
import type { MessageKey, Timeline } from "../../state/timeline";
import type { Workspace } from "../../state/workspace";
import type { Channel, Ts } from "../../wire/objects";

/** A key that is a message's ts: one that the server has. */
export function isTs(key: MessageKey): boolean {
  return /^\d+\.\d+$/.test(key);
}

/** all: what a touch offers, where there is no toolbar. */
export type MenuKind = "more" | "all" | "react" | "remind";

export interface RowMenu {
  readonly key: MessageKey;
  readonly kind: MenuKind;
  readonly anchor: Element | { left: number; top: number; width: number; height: number };
}

/** The states of the lists that are shown, by what they show: a composer finds the one above it. */
const shown = new WeakMap<Timeline, ListState>();

/** What the list of a timeline is about, while it is shown. */
export function listStateOf(timeline: Timeline): ListState | undefined {
  return shown.get(timeline);
}

/** How many messages are new: there are more where not all of them are known. */
export interface NewCount {
  readonly n: number;
  readonly more: boolean;
}

export class ListState {
  /** The row that the pointer is on or whose menu is open. */
  readonly active: Signal<MessageKey | undefined> = signal(undefined);
  readonly editing: Signal<MessageKey | undefined> = signal(undefined);
  /** The row that somebody was led to. */
  readonly shownOff: Signal<MessageKey | undefined> = signal(undefined);
  /** The row that Tab comes to. */
  readonly focused: Signal<MessageKey | undefined> = signal(undefined);
  readonly tabStop: ReadonlySignal<MessageKey | undefined>;
  /** What lies after it is new; undefined: nothing is. */
  readonly newFrom: Signal<Ts | undefined> = signal(undefined);
  /** What is new begins above the messages that are loaded: which is the first nobody here knows. */
  readonly newAbove: ReadonlySignal<boolean>;
  /** The first message that is new, where it is loaded. */
  readonly firstNew: ReadonlySignal<MessageKey | undefined>;
  readonly newCount: ReadonlySignal<NewCount>;
  /** The newest message that was there when the first ones were shown, or came into the list since. */
  private newest: Ts | undefined;
  /** The last one that was posted since, whoever wrote it. */
  readonly lastNews: Signal<Ts | undefined> = signal(undefined);
  /** Somebody marked it as unread: nothing is marked as read until they come back. */
  held = false;
  /** The list is on its way to where it opens: what passes by meanwhile is not seen. */
  opening = false;
  /** Counts the ways to what is new, and where the last one began: a later one takes the place of one under way. */
  openings = 0;
  openedAt: Ts | undefined;
  /** The person went to the latest by themselves: what they passed over counts as read. */
  passed = false;
  /** What floats at a row: that stays active while the pointer is elsewhere. */
  readonly menu: Signal<RowMenu | undefined> = signal(undefined);
  /** The mark as it was last, since the line is settled. */
  private settledAt: Ts | undefined;
  /** How many the server counts after newFrom. */
  private readonly counted: Signal<{ from: Ts; n: number } | undefined> = signal(undefined);
  private readonly undo: (() => void)[] = [];

  constructor(
    readonly w: Workspace,
    readonly timeline: Timeline,
  ) {
    this.tabStop = computed(() => {
      const keys = timeline.messages.value;
      const focused = this.focused.value;
      return focused !== undefined && keys.includes(focused) ? focused : keys.at(-1);
    });
    const fresh = computed(() => this.fresh());
    this.newAbove = computed(() => this.isNewAbove());
    this.firstNew = computed(() => (this.newAbove.value ? undefined : fresh.value[0]));
    this.newCount = computed(() => this.count(fresh.value.length));
    if (timeline.thread === undefined) {
      this.watchUnread();
      this.watchCount();
    } else this.watchThread(timeline.thread);
    this.watchMenu();
    shown.set(timeline, this);
  }

  get channel(): string {
    return this.timeline.channel;
  }

  get inThread(): boolean {
    return this.timeline.thread !== undefined;
  }

  /** Points at a row, unless another's menu is open. */
  point(key: MessageKey | undefined): void {
    if (this.menu.peek() === undefined) this.active.value = key;
  }

  /** A row's message has another key now, as the server has it: who is at it is still there. */
  renamed(from: MessageKey, to: MessageKey): void {
    for (const at of [this.active, this.focused]) if (at.peek() === from) at.value = to;
  }

  /** Marks all as read; the line goes. */
  markRead(): void {
    this.held = false;
    this.newFrom.value = undefined;
    const last = this.timeline.messages.peek().findLast(isTs);
    if (last !== undefined) this.mark(last, true);
  }

  /**
   * Tells that the person has seen all up to a message; what is new above those that are loaded they have not.
   * Between a connection and its counts nobody knows what is new: then only what the person says themselves counts.
   */
  mark(ts: Ts, said = false): void {
    if (this.held || this.opening || (this.newAbove.peek() && !this.passed)) return;
    if (this.timeline.thread !== undefined) return this.w.threads.mark(this.channel, this.timeline.thread, ts);
    if (!said && !this.isCounted()) return;
    const { lastRead, unread } = this.w.unread.of(this.channel).peek();
    // What was unread may have been deleted: the last message ends it, though it was read before.
    if (!unread && ts <= lastRead) return;
    if (!said) this.settledAt ??= lastRead; // the line stays where it was while they read on, counted or not
    this.w.unread.mark(this.channel, ts);
  }

  /** Marks as unread from a message on; looking at it is not reading it then. */
  markUnread(ts: Ts): Promise<void> {
    this.held = true;
    return this.w.unread.markUnread(this.channel, ts);
  }

  /** Whether what is shown can hold nothing that is new and not counted: without a connection nothing comes. */
  private isCounted(): boolean {
    const { state } = this.w.connection.peek();
    return this.w.unread.current.peek() || state === "offline" || state === "waiting";
  }

  /**
   * Whether messages were posted since the last time it was asked: then the one before them.
   * Pages that are loaded where somebody reads older messages bring none.
   */
  news(): Ts | undefined {
    const last = this.timeline.messages.peek().findLast(isTs);
    if (last === undefined) return undefined;
    const was = this.newest;
    const known = was ?? (this.inThread ? last : this.w.unread.of(this.channel).peek().latest);
    this.newest = known;
    if (last <= known) return undefined;
    this.newest = last;
    if (was === undefined) return undefined;
    this.lastNews.value = last;
    return was;
  }

  /** New messages came that nobody has seen: the line is put before them. */
  arrived(after: Ts): void {
    if (this.newFrom.peek() === undefined) this.newFrom.value = after;
  }

  close(): void {
    for (const undo of this.undo) undo();
    if (shown.get(this.timeline) === this) shown.delete(this.timeline);
  }

  /** The keys of what is new. One's own messages are not news, wherever they were written. */
  private fresh(): readonly MessageKey[] {
    const from = this.newFrom.value;
    if (from === undefined) return [];
    const self = untracked(() => this.w.self.value.id);
    const isNews = (key: MessageKey) => isTs(key) && this.timeline.message(key).peek()?.user !== self;
    return this.timeline.messages.value.filter((key) => key > from && isNews(key));
  }

  private isNewAbove(): boolean {
    const from = this.newFrom.value;
    const first = this.timeline.messages.value[0];
    if (from === undefined || first === undefined || this.inThread) return false;
    return isTs(first) && from < first && !this.timeline.atStart.value;
  }

  /** How many are new, of which so many are loaded. */
  private count(loaded: number): NewCount {
    const isPart =
      this.newAbove.value || (!this.inThread && this.newFrom.value !== undefined && !this.timeline.atEnd.value);
    if (!isPart) return { n: loaded, more: false };
    const counted = this.counted.value;
    return counted !== undefined && counted.from === this.newFrom.value
      ? { n: Math.max(loaded, counted.n), more: false }
      : { n: loaded, more: true };
  }

  /** A menu goes with its message: another row is pointed at only once it is closed. */
  private watchMenu(): void {
    this.undo.push(
      effect(() => {
        const menu = this.menu.value;
        if (menu !== undefined && this.timeline.message(menu.key).value === undefined) this.menu.value = undefined;
      }),
    );
  }

  /** Asks the server how many are new, where they are more than are loaded. */
  private watchCount(): void {
    let asked: Ts | undefined;
    this.undo.push(
      effect(() => {
        const from = this.newFrom.value;
        if (from === undefined || from === asked || !this.newCount.value.more) return;
        asked = from;
        void this.askCount(from);
      }),
    );
  }

  private async askCount(from: Ts): Promise<void> {
    try {
      const { channel } = await this.w.api.call<{ channel: Channel }>("conversations.info", { channel: this.channel });
      // Of another place than the line's the count says nothing.
      if (channel.last_read === from && channel.unread_count !== undefined)
        this.counted.value = { from, n: channel.unread_count };
    } catch {
      // Without it there are as many as are loaded, and more.
    }
  }

  /**
   * The line stands where the person had read up to, as the first counts of a connection have it, or as it is
   * known when they read on without one; it moves back when they mark as unread.
   */
  private watchUnread(): void {
    this.undo.push(
      effect(() => {
        const { unread, lastRead } = this.w.unread.of(this.channel).value;
        const before = this.settledAt;
        if (before === undefined) this.newFrom.value = unread ? lastRead : undefined;
        else if (lastRead < before) {
          this.held = true;
          this.newFrom.value = lastRead;
        }
        if (before !== undefined || this.w.unread.current.value) this.settledAt = lastRead;
      }),
    );
  }

  /** In a thread that the person follows the line stands where they had read up to. */
  private watchThread(ts: Ts): void {
    let known = false;
    this.undo.push(
      effect(() => {
        const reading = this.w.threads.reading(this.channel, ts).value;
        if (known || reading === undefined) return;
        known = true;
        if (reading.subscribed && reading.lastRead > ts) this.newFrom.value = reading.lastRead;
      }),
    );
  }
}
