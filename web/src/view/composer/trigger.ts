import { type ReadonlySignal, signal } from "@preact/signals-core";
import type { EditorState } from "prosemirror-state";
import { Plugin } from "prosemirror-state";
import type { EditorView } from "prosemirror-view";
import { schema } from "./schema";

/**
 * Watches for what begins a completion: @, #, : and, at the very start, /. All
 * that a key costs here is one look at the few characters before the cursor;
 * what matches is found after the letter is on the screen.
 */
export type TriggerKind = "mention" | "channel" | "emoji" | "slash";

export interface Trigger {
  readonly kind: TriggerKind;
  /** What was typed behind the sign. */
  readonly query: string;
  /** From the sign to the cursor. */
  readonly from: number;
  readonly to: number;
}

const longest = 60;
// A mention may have one space in it, as names do; where nothing matches the list is closed anyhow.
const mention = /(?:^|[\s([{"'*_~-])@([\p{L}\p{N}._'-]*(?: [\p{L}\p{N}._'-]*)?)$/u;
const channel = /(?:^|[\s([{"'*_~-])#([\p{L}\p{N}_-]*)$/u;
const emoji = /(?:^|[^\w:]):([a-z0-9_+'-]{2,})$/i;
const slash = /^\/([a-z]*)$/i;

export function triggerAt(state: EditorState, slashToo: boolean): Trigger | undefined {
  const { $from, empty } = state.selection;
  if (!empty || $from.parent.type === schema.nodes.code_block) return undefined;
  if (schema.marks.code.isInSet($from.marks())) return undefined;
  const start = Math.max(0, $from.parentOffset - longest);
  const text = $from.parent.textBetween(start, $from.parentOffset, undefined, "\ufffc");
  const found = (kind: TriggerKind, query: string): Trigger => ({
    kind,
    query,
    from: $from.pos - query.length - 1,
    to: $from.pos,
  });
  const first = slashToo && $from.depth === 1 && $from.index(0) === 0 && slash.exec(text)?.[1];
  if (typeof first === "string") return found("slash", first);
  const name = mention.exec(text)?.[1];
  if (name !== undefined) return found("mention", name);
  const place = channel.exec(text)?.[1];
  if (place !== undefined) return found("channel", place);
  const face = emoji.exec(text)?.[1];
  return face === undefined ? undefined : found("emoji", face);
}

/** What the open list does with a key; true where it took it. */
export type TriggerKeys = (event: KeyboardEvent) => boolean;

/** The completion that is being typed, and a way to close it until another begins. */
export class Completing {
  readonly trigger: ReadonlySignal<Trigger | undefined>;
  /** Set by the list while it is open. */
  keys: TriggerKeys | undefined;
  readonly #trigger = signal<Trigger | undefined>(undefined);
  #closedAt = -1;

  constructor(private readonly slashToo: boolean) {
    this.trigger = this.#trigger;
  }

  close(): void {
    this.#closedAt = this.#trigger.peek()?.from ?? -1;
    this.#trigger.value = undefined;
  }

  plugin(): Plugin {
    return new Plugin({
      view: () => ({
        update: (view: EditorView, before: EditorState) => {
          if (view.state === before || (view.state.doc === before.doc && view.state.selection.eq(before.selection)))
            return;
          this.#update(view);
        },
        destroy: () => {
          this.#trigger.value = undefined;
        },
      }),
      props: {
        handleKeyDown: (view, event) => {
          if (view.composing || event.isComposing || !this.#trigger.peek()) return false;
          return this.keys?.(event) ?? false;
        },
        handleDOMEvents: {
          blur: () => {
            this.#trigger.value = undefined;
          },
        },
      },
    });
  }

  #update(view: EditorView): void {
    const now = view.hasFocus() ? triggerAt(view.state, this.slashToo) : undefined;
    const had = this.#trigger.peek();
    if (now?.from !== this.#closedAt) this.#closedAt = -1;
    if (now && now.from === this.#closedAt) return;
    if (now?.kind === had?.kind && now?.query === had?.query && now?.from === had?.from) return;
    this.#trigger.value = now;
  }
}
