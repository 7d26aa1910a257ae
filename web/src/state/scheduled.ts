/** Messages that go out later: when one may choose, and the call. */

import type { Block, ChannelID, File, Ts } from "../wire/objects";
import type { Workspace } from "./workspace";

export interface ScheduledContent {
  readonly text: string;
  readonly blocks?: readonly Block[];
  readonly thread_ts?: Ts;
  readonly reply_broadcast?: boolean;
  /** Files that are uploaded already. */
  readonly files?: readonly File[];
}

/**
 * Sends a message at a time, in seconds since 1970; rejects with an ApiError. Its
 * files are made the caller's first, shared with nobody: that may be asked for again.
 */
export async function schedule(
  w: Workspace,
  channel: ChannelID,
  { files = [], ...content }: ScheduledContent,
  at: number,
): Promise<string> {
  if (files.length > 0) {
    const named = files.map(({ id, title }) => ({ id, title }));
    await w.api.call("files.completeUploadExternal", { files: named });
  }
  const answer = await w.api.call<{ scheduled_message_id: string }>("chat.scheduleMessage", {
    channel,
    ...content,
    ...(files.length > 0 && { file_ids: files.map((f) => f.id) }),
    post_at: at,
  });
  return answer.scheduled_message_id;
}

export type PresetName = "tomorrowMorning" | "mondayMorning" | "todayAfternoon";

export interface Preset {
  readonly name: PresetName;
  readonly at: Date;
}

const morning = 9;
const afternoon = 13;

/** The times that are offered at some moment, in the order of their coming, by this device's clock. */
export function presets(now: Date): Preset[] {
  const at = (days: number, hour: number) => new Date(now.getFullYear(), now.getMonth(), now.getDate() + days, hour);
  const toMonday = (8 - now.getDay()) % 7 || 7;
  const all: Preset[] = [];
  if (now.getHours() < afternoon - 1) all.push({ name: "todayAfternoon", at: at(0, afternoon) });

  if (toMonday > 1) all.push({ name: "tomorrowMorning", at: at(1, morning) });
  all.push({ name: "mondayMorning", at: at(toMonday, morning) });
  return all;
}
