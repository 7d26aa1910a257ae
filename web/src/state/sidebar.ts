import { computed, type ReadonlySignal, type Signal, signal } from "@preact/signals-core";
import type { Channel, ChannelID } from "../wire/objects";
import { channelTitle } from "./channel_title";
import type { Workspace } from "./workspace";

/** A heading of the sidebar with the conversations under it. */
export interface Section {
  readonly id: string;
  readonly type: "starred" | "custom" | "channels" | "dms";
  /** Of a custom one: what the person called it. */
  readonly name?: string;
  readonly channels: readonly ChannelID[];
  readonly collapsed: boolean;
}

/** How a person has arranged the sidebar: the same on all devices. */
export interface Arrangement {
  readonly sections: readonly CustomSection[];
  readonly collapsed: readonly string[];
}

export interface CustomSection {
  readonly id: string;
  readonly name: string;
  readonly channels: readonly ChannelID[];
}

const pref = "taut_sidebar";
const nothing: Arrangement = { sections: [], collapsed: [] };
const maxSections = 30;
const collator = new Intl.Collator(undefined, { numeric: true, sensitivity: "base" });

/**
 * The sidebar's sections. A conversation is in one place: under Starred, in a
 * section of the person's own, or else under Channels or Direct messages.
 */
export class Sidebar {
  readonly sections: ReadonlySignal<readonly Section[]>;
  /** The custom ones, to move a conversation into. */
  readonly custom: ReadonlySignal<readonly CustomSection[]>;
  /** What the sidebar shows: all, or only direct messages, by the last message. */
  readonly panel: Signal<"home" | "dms"> = signal("home");
  readonly #w: Workspace;
  readonly #kept: ReadonlySignal<unknown>;
  readonly #arrangement: ReadonlySignal<Arrangement>;

  constructor(w: Workspace) {
    this.#w = w;
    this.#kept = w.prefs.get<unknown>(pref, nothing);
    this.#arrangement = computed(() => readArrangement(this.#kept.value));
    this.custom = computed(() => this.#arrangement.value.sections);
    this.sections = computed(() => this.#arrange());
  }

  /** Direct messages, the last one first. */
  readonly dms: ReadonlySignal<readonly ChannelID[]> = computed(() =>
    byLatest(
      this.#w,
      this.#w.channels.list.value.filter((c) => c.is_im || c.is_mpim),
    ),
  );

  /** How many direct messages wait. */
  readonly waiting: ReadonlySignal<number> = computed(() =>
    this.dms.value.reduce((n, id) => n + this.#w.unread.of(id).value.mentions, 0),
  );

  /** All conversations in the order of the sidebar, collapsed ones too. */
  readonly order: ReadonlySignal<readonly ChannelID[]> = computed(() => this.sections.value.flatMap((s) => s.channels));

  #arrange(): Section[] {
    const w = this.#w;
    const { sections, collapsed } = this.#arrangement.value;
    const starred = w.channels.starred.value;
    const placed = new Map(sections.flatMap((s) => s.channels.map((id) => [id, s.id] as const)));
    const groups = new Map<string, Channel[]>();
    for (const c of w.channels.list.value) {
      const place = starred.has(c.id) ? "starred" : (placed.get(c.id) ?? (c.is_im || c.is_mpim ? "dms" : "channels"));
      const group = groups.get(place);
      if (group) group.push(c);
      else groups.set(place, [c]);
    }
    const make = (id: string, type: Section["type"], name?: string): Section => ({
      id,
      type,
      ...(name !== undefined && { name }),
      channels: type === "dms" ? byLatest(w, groups.get(id) ?? []) : byName(w, groups.get(id) ?? []),
      collapsed: collapsed.includes(id),
    });
    return [
      make("starred", "starred"),
      ...sections.map((s) => make(s.id, "custom", s.name)),
      make("channels", "channels"),
      make("dms", "dms"),
    ].filter((s) => s.type !== "starred" || s.channels.length > 0);
  }

  setCollapsed(id: string, on: boolean): Promise<void> {
    const { collapsed } = this.#arrangement.peek();
    return this.#change({ collapsed: on ? [...new Set([...collapsed, id])] : collapsed.filter((c) => c !== id) });
  }

  async addSection(name: string): Promise<string | undefined> {
    const { sections } = this.#arrangement.peek();
    if (sections.length >= maxSections) return undefined;
    const id = this.#w.platform.uuid();
    await this.#change({ sections: [...sections, { id, name, channels: [] }] });
    return id;
  }

  renameSection(id: string, name: string): Promise<void> {
    return this.#change({ sections: this.custom.peek().map((s) => (s.id === id ? { ...s, name } : s)) });
  }

  /** Its conversations go back to where they would be without it. */
  removeSection(id: string): Promise<void> {
    return this.#change({ sections: this.custom.peek().filter((s) => s.id !== id) });
  }

  /** Puts a section before another one, or last. */
  moveSection(id: string, before: string | undefined): Promise<void> {
    const sections = this.custom.peek();
    const moved = sections.find((s) => s.id === id);
    if (!moved || id === before) return Promise.resolve();
    const rest = sections.filter((s) => s !== moved);
    const at = rest.findIndex((s) => s.id === before);
    return this.#change({ sections: at < 0 ? [...rest, moved] : rest.toSpliced(at, 0, moved) });
  }

  /** Puts a conversation into a section: "starred", a custom one's id, or "channels" or "dms" for none. */
  async move(channel: ChannelID, to: string): Promise<void> {
    const starred = this.#w.channels.starred.peek().has(channel);
    if (to === "starred") return starred ? undefined : this.#w.channels.star(channel, true);
    const was = this.custom.peek();
    const sections = was.map((s) => {
      const without = s.channels.filter((id) => id !== channel);
      return { ...s, channels: s.id === to ? [...without, channel] : without };
    });
    const isMoved = JSON.stringify(sections) !== JSON.stringify(was);
    await Promise.all([
      starred && this.#w.channels.star(channel, false), // which waits where there is no connection
      isMoved && this.#change({ sections }),
    ]);
  }

  #change(change: Partial<Arrangement>): Promise<void> {
    return this.#w.prefs.set(pref, { ...this.#arrangement.peek(), ...change });
  }
}

function byName(w: Workspace, channels: readonly Channel[]): ChannelID[] {
  const titles = new Map(channels.map((c) => [c.id, channelTitle(w, c)]));
  const title = (c: Channel) => titles.get(c.id) ?? "";
  return channels.toSorted((a, b) => collator.compare(title(a), title(b))).map((c) => c.id);
}

function byLatest(w: Workspace, channels: readonly Channel[]): ChannelID[] {
  const latest = new Map(channels.map((c) => [c.id, w.unread.of(c.id).value.latest]));
  const of = (c: Channel) => latest.get(c.id) ?? "";
  return channels.toSorted((a, b) => (of(a) < of(b) ? 1 : of(a) > of(b) ? -1 : 0)).map((c) => c.id);
}

/** What other versions of the client may have kept is read with care. */
export function readArrangement(kept: unknown): Arrangement {
  if (typeof kept !== "object" || kept === null) return nothing;
  const { sections, collapsed } = kept as Record<string, unknown>;
  return {
    sections: Array.isArray(sections) ? sections.filter(isSection).slice(0, maxSections) : [],
    collapsed: Array.isArray(collapsed) ? collapsed.filter((c) => typeof c === "string") : [],
  };
}

function isSection(v: unknown): v is CustomSection {
  if (typeof v !== "object" || v === null) return false;
  const { id, name, channels } = v as Record<string, unknown>;
  return (
    typeof id === "string" &&
    typeof name === "string" &&
    Array.isArray(channels) &&
    channels.every((c) => typeof c === "string")
  );
}

export const sidebarOf = (w: Workspace): Sidebar => w.part(createSidebar);

function createSidebar(w: Workspace): Sidebar {
  return new Sidebar(w);
}
