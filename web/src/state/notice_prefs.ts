import { computed, type ReadonlySignal } from "@preact/signals-core";
import type { ChannelID } from "../wire/objects";
import type { Workspace } from "./workspace";

/** What a person wants to be told of: the same preference as Slack's clients keep. */
export const levels = ["everything", "mentions", "nothing"] as const;
export type Level = (typeof levels)[number];

export interface NoticePrefs {
  readonly global: Level;
  /** Channels that differ. */
  readonly channels: ReadonlyMap<ChannelID, Level>;
}

const pref = "all_notifications_prefs";

interface Kept {
  global?: { global_desktop?: string; global_mobile?: string };
  channels?: Record<string, { desktop?: string; [key: string]: unknown }>;
}

const prefs = (w: Workspace) => w.part(createNoticePrefs);

function createNoticePrefs(w: Workspace): { text: ReadonlySignal<string>; read: ReadonlySignal<NoticePrefs> } {
  const text = w.prefs.get(pref, "");
  return { text, read: computed(() => readNoticePrefs(text.value)) };
}

export function noticePrefs(w: Workspace): ReadonlySignal<NoticePrefs> {
  return prefs(w).read;
}

export function readNoticePrefs(text: string): NoticePrefs {
  const kept = parse(text);
  const channels = Object.entries(kept.channels ?? {}).flatMap(([id, c]) => {
    const level = levelOf(c.desktop);
    return level ? [[id, level] as const] : [];
  });
  return { global: levelOf(kept.global?.global_desktop) ?? "mentions", channels: new Map(channels) };
}

/** undefined where a channel has no level of its own. */
function levelOf(kept: string | undefined): Level | undefined {
  switch (kept) {
    case "everything":
    case "nothing":
      return kept;
    case "mentions":
    case "mentions_dms":
      return "mentions";
    default:
      return undefined;
  }
}

function parse(text: string): Kept {
  try {
    const kept: unknown = JSON.parse(text || "{}");
    return typeof kept === "object" && kept !== null ? (kept as Kept) : {};
  } catch {
    return {};
  }
}

export function setGlobalLevel(w: Workspace, level: Level): Promise<void> {
  const kept = parse(prefs(w).text.peek());
  const value = level === "mentions" ? "mentions_dms" : level;
  return w.prefs.set(
    pref,
    JSON.stringify({ ...kept, global: { ...kept.global, global_desktop: value, global_mobile: value } }),
  );
}

/** undefined: as everywhere else. */
export function setChannelLevel(w: Workspace, channel: ChannelID, level: Level | undefined): Promise<void> {
  const kept = parse(prefs(w).text.peek());
  const { [channel]: before, ...others } = kept.channels ?? {};
  const channels = level ? { ...others, [channel]: { ...before, desktop: level } } : others;
  return w.prefs.set(pref, JSON.stringify({ ...kept, channels }));
}
