/**
 * The threads that one follows, the one with the latest reply first, each with its root and its last replies. Events
 * change them in place; a thread that gets news while the view is open moves up only when it is opened again, so
 * that nothing jumps under the pointer.
 */
import { type Signal, signal } from "@preact/signals-core";
import { withReaction } from "../store/messages";
import type { Message } from "../wire/objects";
import { Paged } from "./paged";
import { nextCursor, type Remote, type ResponseMetadata } from "./remote";

export interface FollowedThread {
  readonly channel: string;
  readonly root: Message;
  /** Those that the server shows, the latest few. */
  readonly replies: readonly Message[];
  readonly unread: number;
  readonly lastRead: string;
  readonly followed: boolean;
}

interface ThreadsAnswer extends ResponseMetadata {
  readonly threads: readonly { readonly root_msg: Message; readonly latest_replies: readonly Message[] }[];
  readonly new_threads_count: number;
}

export function threadKey(channel: string, ts: string): string {
  return `${channel}/${ts}`;
}

export class ThreadsView {
  readonly threads: Paged<FollowedThread>;
  readonly unreadThreads = signal(0);
  /** hasNews: threads that are not on this page, or stand lower than they should, have new replies. */
  readonly hasNews: Signal<boolean> = signal(false);

  constructor(private readonly remote: Remote) {
    this.threads = new Paged(
      async (cursor, signal) => {
        const args = cursor === "" ? { limit: 10 } : { limit: 10, cursor };
        const answer = await remote.call<ThreadsAnswer>("subscriptions.thread.getView", args, { signal });
        this.unreadThreads.value = answer.new_threads_count;
        if (cursor === "") this.hasNews.value = false;
        return { items: answer.threads.map(followed), next: nextCursor(answer) };
      },
      (thread) => threadKey(thread.channel, thread.root.ts),
    );
  }

  /** read says that all of a thread that is here was seen. */
  async read(thread: FollowedThread): Promise<void> {
    const ts = latestOf(thread);
    const key = threadKey(thread.channel, thread.root.ts);
    if (thread.unread > 0) this.unreadThreads.value = Math.max(0, this.unreadThreads.peek() - 1);
    this.threads.update(key, (t) => ({ ...t, unread: 0, lastRead: ts }));
    await this.remote.call("subscriptions.thread.mark", { channel: thread.channel, thread_ts: thread.root.ts, ts });
  }

  async readAll(): Promise<void> {
    const unread = this.threads.items.peek().filter((thread) => thread.unread > 0);
    for (const thread of unread) await this.read(thread);
  }

  /** follow answers what was there before, for who wants it back. */
  async follow(thread: FollowedThread, on: boolean): Promise<void> {
    const key = threadKey(thread.channel, thread.root.ts);
    this.threads.update(key, (t) => ({ ...t, followed: on }));
    try {
      const method = on ? "subscriptions.thread.add" : "subscriptions.thread.remove";
      await this.remote.call(method, { channel: thread.channel, thread_ts: thread.root.ts });
    } catch (error) {
      this.threads.update(key, (t) => ({ ...t, followed: !on }));
      throw error;
    }
  }

  /** posted takes a message that just came: where it answers a thread that is here, it is shown. */
  posted(channel: string, message: Message, own: boolean): void {
    const root = message.thread_ts;
    if (root === undefined || root === message.ts) return;
    const key = threadKey(channel, root);
    const known = this.threads.items.peek().some((t) => threadKey(t.channel, t.root.ts) === key);
    if (!known) {
      this.hasNews.value = true;
      return;
    }
    this.threads.update(key, (thread) => withReply(thread, message, own));
  }

  changed(channel: string, message: Message): void {
    this.threads.update(threadKey(channel, message.thread_ts ?? message.ts), (thread) => ({
      ...thread,
      root: thread.root.ts === message.ts ? { ...thread.root, ...message } : thread.root,
      replies: thread.replies.map((reply) => (reply.ts === message.ts ? message : reply)),
    }));
  }

  /** reacted puts somebody's reaction on a message, or takes it off. */
  reacted(channel: string, ts: string, name: string, user: string, on: boolean): void {
    const change = (m: Message) => (m.ts === ts ? withReaction(m, name, user, on) : m);
    this.threads.set(
      this.threads.items.peek().map((thread) => {
        const here =
          thread.channel === channel && (thread.root.ts === ts || thread.replies.some((reply) => reply.ts === ts));
        return here ? { ...thread, root: change(thread.root), replies: thread.replies.map(change) } : thread;
      }),
    );
  }

  deleted(channel: string, ts: string): void {
    this.threads.set(
      this.threads.items
        .peek()
        .filter((thread) => thread.channel !== channel || thread.root.ts !== ts)
        .map((thread) =>
          thread.channel === channel
            ? { ...thread, replies: thread.replies.filter((reply) => reply.ts !== ts) }
            : thread,
        ),
    );
  }

  close(): void {
    this.threads.close();
  }
}

function followed(thread: ThreadsAnswer["threads"][number]): FollowedThread {
  const root = thread.root_msg;
  return {
    channel: root.channel ?? "",
    root,
    replies: thread.latest_replies,
    unread: root.unread_count ?? 0,
    lastRead: root.last_read ?? "",
    followed: true,
  };
}

function withReply(thread: FollowedThread, message: Message, own: boolean): FollowedThread {
  if (thread.replies.some((reply) => reply.ts === message.ts)) return thread;
  const count = (thread.root.reply_count ?? 0) + 1;
  return {
    ...thread,
    root: { ...thread.root, reply_count: count, latest_reply: message.ts },
    replies: [...thread.replies, message],
    unread: own ? 0 : thread.unread + 1,
  };
}

export function latestOf(thread: FollowedThread): string {
  return thread.replies[thread.replies.length - 1]?.ts ?? thread.root.latest_reply ?? thread.root.ts;
}

/** hiddenReplies is how many replies stand between the root and those that are shown. */
export function hiddenReplies(thread: FollowedThread): number {
  return Math.max(0, (thread.root.reply_count ?? 0) - thread.replies.length);
}
