/**
 * One search: its query, its tabs and the pages of what was found. It belongs to the search page, and lives as
 * long as the workspace is open, so that going to a message and back finds the results as they were.
 */
import { type Signal, signal } from "@preact/signals-core";
import type { File, Message } from "../wire/objects";
import { Paged } from "./paged";
import { codeOf, isAborted, type Remote } from "./remote";

export const searchTabs = ["messages", "files", "channels", "people"] as const;
export type SearchTab = (typeof searchTabs)[number];

export const searchSorts = ["relevant", "newest", "oldest"] as const;
export type SearchSort = (typeof searchSorts)[number];

export interface MatchChannel {
  readonly id: string;
  readonly name: string;
  readonly user?: string;
  readonly is_im: boolean;
  readonly is_mpim: boolean;
  readonly is_private: boolean;
}

/** Neighbour is a message beside one that was found. */
export interface Neighbour {
  readonly user?: string;
  readonly username: string;
  readonly ts: string;
  readonly text: string;
}

export interface Match {
  readonly iid: string;
  readonly channel: MatchChannel;
  readonly user: string;
  readonly username: string;
  readonly ts: string;
  /** With marks around the words that were looked for. */
  readonly text: string;
  readonly permalink: string;
  readonly blocks?: Message["blocks"];
  readonly attachments?: Message["attachments"];
  readonly files?: readonly File[];
  readonly previous?: Neighbour;
  readonly previous_2?: Neighbour;
  readonly next?: Neighbour;
}

interface Found<T> {
  readonly total: number;
  readonly pagination: { readonly next_cursor?: string };
  readonly matches: readonly T[];
}

const sortArgs: Record<SearchSort, { readonly sort: string; readonly sort_dir: string }> = {
  relevant: { sort: "score", sort_dir: "desc" },
  newest: { sort: "timestamp", sort_dir: "desc" },
  oldest: { sort: "timestamp", sort_dir: "asc" },
};

export class Search {
  readonly query = signal("");
  readonly tab: Signal<SearchTab> = signal("messages");
  readonly sort: Signal<SearchSort> = signal("relevant");
  readonly messageTotal = signal(0);
  readonly fileTotal = signal(0);
  readonly messages: Paged<Match>;
  readonly files: Paged<File>;
  /** Where the list was scrolled to, for who comes back to it. */
  scrollOffset = 0;

  constructor(private readonly remote: Remote) {
    this.messages = new Paged(
      async (cursor, signal) => {
        const answer = await this.ask<{ messages: Found<Match> }>("search.messages", cursor, signal);
        this.messageTotal.value = answer.messages.total;
        return { items: answer.messages.matches, next: answer.messages.pagination.next_cursor ?? "" };
      },
      (match) => match.iid,
    );
    this.files = new Paged(
      async (cursor, signal) => {
        const answer = await this.ask<{ files: Found<File> }>("search.files", cursor, signal);
        this.fileTotal.value = answer.files.total;
        return { items: answer.files.matches, next: answer.files.pagination.next_cursor ?? "" };
      },
      (file) => file.id,
    );
  }

  /** run looks for a query, unless it is the one whose results are here. */
  run(query: string): void {
    const text = query.trim();
    if (text === this.query.peek() && this.messages.status.peek().state !== "failed") return;
    this.query.value = text;
    this.again();
  }

  setSort(sort: SearchSort): void {
    if (sort === this.sort.peek()) return;
    this.sort.value = sort;
    this.again();
  }

  /** again asks once more for what is shown. */
  again(): void {
    this.scrollOffset = 0;
    this.messageTotal.value = 0;
    this.fileTotal.value = 0;
    this.messages.clear();
    this.files.clear();
    if (this.query.peek() === "") return;
    void this.messages.load();
    void this.files.load();
  }

  /** Nothing of a channel may be shown any more. Of files only the server knows where else they are. */
  lost(channel: string): void {
    const before = this.messages.items.peek().length;
    this.messages.keep((match) => match.channel.id !== channel);
    this.messageTotal.value -= before - this.messages.items.peek().length;
    if (this.files.status.peek().state === "idle") return;
    this.files.clear();
    void this.files.load();
  }

  close(): void {
    this.messages.close();
    this.files.close();
  }

  private ask<T>(method: string, cursor: string, signal: AbortSignal): Promise<T> {
    const args = { query: this.query.peek(), count: 20, cursor: cursor === "" ? "*" : cursor, highlight: true };
    return this.remote.call<T>(method, { ...args, ...sortArgs[this.sort.peek()] }, { signal });
  }
}

/** A run of matches that stand together: of one conversation and one day. */
export interface MatchGroup {
  readonly key: string;
  readonly channel: MatchChannel;
  readonly day: string;
  readonly matches: readonly Match[];
}

/** groupMatches keeps the order and puts neighbours of one conversation and day under one head. */
export function groupMatches(matches: readonly Match[], dayOf: (ts: string) => string): readonly MatchGroup[] {
  const groups: { key: string; channel: MatchChannel; day: string; matches: Match[] }[] = [];
  for (const match of matches) {
    const last = groups[groups.length - 1];
    const day = dayOf(match.ts);
    if (last !== undefined && last.channel.id === match.channel.id && last.day === day) {
      last.matches.push(match);
    } else {
      groups.push({ key: match.iid, channel: match.channel, day, matches: [match] });
    }
  }
  return groups;
}

/** threadOf is the ts of the thread that a permalink points into. */
export function threadOf(permalink: string): string | undefined {
  try {
    return new URL(permalink, "https://taut.invalid").searchParams.get("thread_ts") ?? undefined;
  } catch {
    return undefined;
  }
}

const mostRecent = 8;

/** withRecent puts a query in front of those looked for lately. */
export function withRecent(recent: readonly string[], query: string): readonly string[] {
  const text = query.trim();
  if (text === "") return recent;
  return [text, ...recent.filter((other) => other !== text)].slice(0, mostRecent);
}

/** The box's quick answers while one writes: the few best messages. */
export class QuickSearch {
  readonly matches: Signal<readonly Match[]> = signal([]);
  readonly failed: Signal<string | undefined> = signal(undefined);
  private running: AbortController | undefined;

  constructor(private readonly remote: Remote) {}

  async ask(query: string): Promise<void> {
    this.close();
    const text = query.trim();
    if (text.length < 2) {
      this.matches.value = [];
      return;
    }
    const mine = new AbortController();
    this.running = mine;
    try {
      const answer = await this.remote.call<{ messages: Found<Match> }>(
        "search.messages",
        { query: text, count: 4, highlight: true },
        { signal: mine.signal },
      );
      if (this.running !== mine) return;
      this.matches.value = answer.messages.matches;
      this.failed.value = undefined;
    } catch (error) {
      if (this.running === mine && !isAborted(error)) this.failed.value = codeOf(error);
    }
  }

  close(): void {
    this.running?.abort();
    this.running = undefined;
  }
}
