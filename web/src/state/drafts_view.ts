/** What one began to write, what goes out later, and what one sent. */
import { type Signal, signal } from "@preact/signals-core";
import type { Block, File } from "../wire/objects";
import { Paged } from "./paged";
import { codeOf, nextCursor, type Remote, type ResponseMetadata } from "./remote";
import type { Match } from "./search";

export const draftTabs = ["drafts", "scheduled", "sent"] as const;
export type DraftTab = (typeof draftTabs)[number];

export interface DraftItem {
  readonly id: string;
  readonly date_created: number;
  readonly last_updated_ts: string;
  readonly destinations: readonly { readonly channel_id: string; readonly thread_ts?: string }[];
  readonly text: string;
  readonly blocks: readonly Block[];
  readonly file_ids: readonly string[];
}

export interface ScheduledItem {
  readonly id: string;
  readonly channel_id: string;
  /** Seconds. */
  readonly post_at: number;
  readonly text: string;
  readonly thread_ts?: string;
  readonly reply_broadcast?: boolean;
  readonly blocks?: readonly Block[];
  readonly files?: readonly File[];
  /** Why it could not be sent. */
  readonly error?: string;
}

interface DraftsAnswer extends ResponseMetadata {
  readonly drafts: readonly (DraftItem & { readonly is_deleted?: boolean })[];
}

interface ScheduledAnswer extends ResponseMetadata {
  readonly scheduled_messages: readonly ScheduledItem[];
}

interface SentAnswer {
  readonly messages: { readonly matches: readonly Match[]; readonly pagination: { readonly next_cursor?: string } };
}

/** How long from now a message is sent that is to be sent now, in seconds: a time that is over when it gets there is refused. */
const soon = 5;
/** What the server says of a scheduled message that there is not, or no more. */
const gone = "invalid_scheduled_message_id";

export class DraftsView {
  readonly tab: Signal<DraftTab> = signal("drafts");
  readonly drafts: Paged<DraftItem>;
  readonly scheduled: Paged<ScheduledItem>;
  readonly sent: Paged<Match>;

  /** The scheduled messages that are being given another time. */
  private readonly moving = new Map<string, Promise<void>>();

  constructor(private readonly remote: Remote) {
    this.drafts = new Paged(
      async (cursor, signal) => {
        const answer = await remote.call<DraftsAnswer>("drafts.list", paging(50, cursor), { signal });
        return { items: answer.drafts.filter(isShown), next: nextCursor(answer) };
      },
      (draft) => draft.id,
    );
    this.scheduled = new Paged(
      async (cursor, signal) => {
        const answer = await remote.call<ScheduledAnswer>("chat.scheduledMessages.list", paging(100, cursor), {
          signal,
        });
        return { items: answer.scheduled_messages, next: nextCursor(answer) };
      },
      (message) => message.id,
    );
    this.sent = new Paged(
      async (cursor, signal) => {
        const args = { query: "from:me", sort: "timestamp", count: 20, cursor: cursor === "" ? "*" : cursor };
        const { messages } = await remote.call<SentAnswer>("search.messages", args, { signal });
        return { items: messages.matches, next: messages.pagination.next_cursor ?? "" };
      },
      (match) => match.iid,
    );
  }

  show(tab: DraftTab): void {
    this.tab.value = tab;
    void this[tab].load();
  }

  async discard(draft: DraftItem): Promise<void> {
    await this.taken(this.drafts, draft.id, () => this.remote.call("drafts.delete", { draft_id: draft.id }));
  }

  /** cancel takes a message off what goes out later. */
  async cancel(message: ScheduledItem): Promise<void> {
    await this.taken(this.scheduled, message.id, () => this.unschedule(message.channel_id, message.id));
  }

  /**
   * reschedule gives it another time. There is no such method: the new one is made first, so that a failure in
   * between leaves two of them rather than none. Until it is done, further times for it are not heeded.
   */
  reschedule(message: ScheduledItem, at: number): Promise<void> {
    const underway = this.moving.get(message.id);
    if (underway) return underway;
    const moved = this.move(message, at).finally(() => this.moving.delete(message.id));
    this.moving.set(message.id, moved);
    return moved;
  }

  /** lost forgets what is for a conversation of which the caller may know nothing any more. */
  lost(channel: string): void {
    this.drafts.keep((draft) => draft.destinations.every((to) => to.channel_id !== channel));
    this.scheduled.keep((message) => message.channel_id !== channel);
    this.sent.keep((match) => match.channel.id !== channel);
  }

  /** sendNow has the server send it at once: it has all of it, and a page that dies meanwhile loses nothing. */
  async sendNow(message: ScheduledItem, serverNow: number): Promise<void> {
    await this.reschedule(message, Math.ceil(serverNow / 1000) + soon);
  }

  close(): void {
    for (const list of [this.drafts, this.scheduled, this.sent]) list.close();
  }

  private async move(message: ScheduledItem, at: number): Promise<void> {
    const { channel_id: channel, id } = message;
    const args = { ...contentOf(message), post_at: at };
    const made = await this.remote.call<{ scheduled_message_id: string }>("chat.scheduleMessage", args);
    try {
      await this.unschedule(channel, id);
    } catch (error) {
      // It was sent or deleted meanwhile: the new one would be one too many.
      if (codeOf(error) === gone) await this.unschedule(channel, made.scheduled_message_id);
      throw error;
    } finally {
      await this.scheduled.load();
    }
  }

  private unschedule(channel: string, id: string): Promise<unknown> {
    return this.remote.call("chat.deleteScheduledMessage", { channel, scheduled_message_id: id });
  }

  private async taken<T>(list: Paged<T>, key: string, act: () => Promise<unknown>): Promise<void> {
    const before = list.items.peek();
    list.remove(key);
    try {
      await act();
    } catch (error) {
      list.set(before);
      throw error;
    }
  }
}

function paging(limit: number, cursor: string): { limit: number; cursor?: string } {
  return cursor === "" ? { limit } : { limit, cursor };
}

function isShown(draft: DraftsAnswer["drafts"][number]): boolean {
  const empty = draft.text.trim() === "" && draft.blocks.length === 0 && draft.file_ids.length === 0;
  return draft.is_deleted !== true && !empty;
}

function contentOf(message: ScheduledItem): Record<string, unknown> {
  const { channel_id, text, blocks, thread_ts, reply_broadcast, files = [] } = message;
  return {
    channel: channel_id,
    text,
    ...(blocks !== undefined && blocks.length > 0 ? { blocks } : {}),
    ...(thread_ts === undefined ? {} : { thread_ts }),
    ...(reply_broadcast ? { reply_broadcast } : {}),
    ...(files.length > 0 ? { file_ids: files.map((f) => f.id) } : {}),
  };
}
