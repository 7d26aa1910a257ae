import { type ReadonlySignal, signal } from "@preact/signals-core";
import type { Api } from "../net/api";
import type { WireEvent } from "../wire/events";
import type { ChannelID, UserID } from "../wire/objects";

const pageSize = 200;

/** The members of a channel, as far as they are loaded. */
export class Members {
  readonly ids: ReadonlySignal<readonly UserID[]>;
  readonly loading: ReadonlySignal<boolean>;
  readonly atEnd: ReadonlySignal<boolean>;

  readonly #api: Api;
  readonly #channel: ChannelID;
  readonly #ids = signal<readonly UserID[]>([]);
  readonly #loading = signal(false);
  readonly #atEnd = signal(false);
  #cursor = "";

  constructor(api: Api, channel: ChannelID) {
    this.#api = api;
    this.#channel = channel;
    this.ids = this.#ids;
    this.loading = this.#loading;
    this.atEnd = this.#atEnd;
  }

  /** Loads the next page; rejects with an ApiError. */
  async loadMore(): Promise<void> {
    if (this.#loading.peek() || this.#atEnd.peek()) return;
    this.#loading.value = true;
    try {
      type Page = { members: UserID[]; response_metadata?: { next_cursor?: string } };
      const args = { channel: this.#channel, limit: pageSize, cursor: this.#cursor || undefined };
      const a = await this.#api.call<Page>("conversations.members", args);
      this.#ids.value = [...new Set([...this.#ids.peek(), ...a.members])];
      this.#cursor = a.response_metadata?.next_cursor ?? "";
      this.#atEnd.value = this.#cursor === "";
    } finally {
      this.#loading.value = false;
    }
  }

  /** Follows a join or leave. */
  apply(e: WireEvent): void {
    const { value } = this.#ids;
    if (e.type === "member_left_channel") this.#ids.value = value.filter((id) => id !== e.user);
    if (e.type === "member_joined_channel" && this.#atEnd.peek() && !value.includes(e.user)) {
      this.#ids.value = [...value, e.user];
    }
  }
}
