/**
 * What concerns one: mentions, replies in threads that one follows, and reactions to what one wrote. A server that
 * has no feed is searched for mentions instead.
 */
import { type Signal, signal } from "@preact/signals-core";
import type { Message } from "../wire/objects";
import { type Page, Paged } from "./paged";
import { codeOf, nextCursor, type Remote, type ResponseMetadata } from "./remote";
import type { Match } from "./search";
import { withoutMarks } from "./search_marks";

export const activityTabs = ["all", "mentions", "threads", "reactions"] as const;
export type ActivityTab = (typeof activityTabs)[number];

export type ActivityReason = "you" | "group" | "channel" | "keyword" | "reply" | "reaction";

export interface ActivityItem {
  readonly key: string;
  readonly reason: ActivityReason;
  /** When it happened, as a ts. */
  readonly at: string;
  readonly channel: string;
  /** Who did it. */
  readonly user: string;
  readonly message: Message;
  readonly reaction?: { readonly name: string; readonly users: readonly string[]; readonly count: number };
}

interface FeedItem {
  readonly key: string;
  readonly type: string;
  readonly feed_ts: string;
  readonly channel: string;
  readonly user: string;
  readonly ts: string;
  readonly thread_ts?: string;
  readonly reaction?: ActivityItem["reaction"];
  readonly message: Message;
}

interface FeedAnswer extends ResponseMetadata {
  readonly items: readonly FeedItem[];
}

const reasons: Readonly<Record<string, ActivityReason>> = {
  at_user: "you",
  at_user_group: "group",
  at_channel: "channel",
  at_everyone: "channel",
  keyword: "keyword",
  thread_reply: "reply",
  message_reaction: "reaction",
};

const typesOf: Record<ActivityTab, string> = {
  all: "mention,thread_reply,reaction",
  mentions: "mention",
  threads: "thread_reply",
  reactions: "reaction",
};

export class Activity {
  readonly tab: Signal<ActivityTab> = signal("all");
  readonly lists: Readonly<Record<ActivityTab, Paged<ActivityItem>>>;
  /** searched: the server has no feed, so that this shows mentions alone. */
  readonly searched = signal(false);

  constructor(private readonly remote: Remote) {
    const list = (tab: ActivityTab) =>
      new Paged(
        (cursor, signal) => this.page(tab, cursor, signal),
        (item: ActivityItem) => item.key,
      );
    this.lists = {
      all: list("all"),
      mentions: list("mentions"),
      threads: list("threads"),
      reactions: list("reactions"),
    };
  }

  show(tab: ActivityTab): void {
    this.tab.value = tab;
    void this.lists[tab].ensure();
  }

  /** again asks for the newest of what is shown; the other tabs ask when they are shown. */
  async again(): Promise<void> {
    const shown = this.tab.peek();
    for (const tab of activityTabs) if (tab !== shown) this.lists[tab].clear();
    await this.lists[shown].load();
  }

  close(): void {
    for (const tab of activityTabs) this.lists[tab].close();
  }

  private async page(tab: ActivityTab, cursor: string, signal: AbortSignal): Promise<Page<ActivityItem>> {
    if (this.searched.peek()) return this.mentions(tab, cursor, signal);
    try {
      const args = { types: typesOf[tab], limit: 20, ...(cursor === "" ? {} : { cursor }) };
      const answer = await this.remote.call<FeedAnswer>("activity.feed", args, { signal });
      return { items: answer.items.flatMap(itemOf), next: nextCursor(answer) };
    } catch (error) {
      if (codeOf(error) !== "unknown_method") throw error;
      this.searched.value = true;
      return this.mentions(tab, cursor, signal);
    }
  }

  private async mentions(tab: ActivityTab, cursor: string, signal: AbortSignal): Promise<Page<ActivityItem>> {
    if (tab !== "all" && tab !== "mentions") return { items: [], next: "" };
    const args = { query: "to:me", sort: "timestamp", count: 20, cursor: cursor === "" ? "*" : cursor };
    const answer = await this.remote.call<{
      messages: { matches: readonly Match[]; pagination: { next_cursor?: string } };
    }>("search.messages", args, { signal });
    const { matches, pagination } = answer.messages;
    return { items: matches.filter((m) => !m.channel.is_im).map(mentionOf), next: pagination.next_cursor ?? "" };
  }
}

function itemOf(item: FeedItem): readonly ActivityItem[] {
  const reason = reasons[item.type];
  if (reason === undefined) return []; // of a newer server
  const message = item.thread_ts === undefined ? item.message : { ...item.message, thread_ts: item.thread_ts };
  return [
    {
      key: item.key,
      reason,
      at: item.feed_ts,
      channel: item.channel,
      user: item.user,
      message,
      reaction: item.reaction,
    },
  ];
}

function mentionOf(match: Match): ActivityItem {
  const { blocks, attachments, user, ts } = match;
  const files = match.files === undefined ? undefined : [...match.files];
  const message: Message = { type: "message", user, ts, text: withoutMarks(match.text), blocks, attachments, files };
  return { key: match.iid, reason: "you", at: ts, channel: match.channel.id, user, message };
}

/** isNew tells what happened after one last looked. */
export function isNew(item: ActivityItem, lastSeen: string): boolean {
  return item.at > lastSeen;
}
