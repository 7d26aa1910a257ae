/** Whether a message is for the caller in particular. */

import type { ReadonlySignal } from "@preact/signals-core";
import type { ChannelID, Message } from "../wire/objects";
import type { Workspace } from "./workspace";

export class Mentions {
  readonly #w: Workspace;
  readonly #keywords: ReadonlySignal<string>;
  #compiled: { from: string; pattern: RegExp | undefined } = { from: "", pattern: undefined };

  constructor(w: Workspace) {
    this.#w = w;
    this.#keywords = w.prefs.get("highlight_words", "");
  }

  /** All of a direct message is; where a channel is muted, only what names the caller. */
  inMessage(channel: ChannelID, m: Message, isMuted: boolean): boolean {
    const self = this.#w.self.peek().id;
    if (m.text.includes(`<@${self}>`) || m.text.includes(`<@${self}|`)) return true;
    if (isMuted) return false;
    const c = this.#w.channels.peek(channel);
    if (c?.is_im || c?.is_mpim || channel.startsWith("D")) return true;
    if (/<!(here|channel|everyone)(\||>)/.test(m.text)) return true;
    for (const group of this.#w.usergroups.own.peek()) if (m.text.includes(`<!subteam^${group}`)) return true;
    return this.#pattern()?.test(m.text) ?? false;
  }

  #pattern(): RegExp | undefined {
    const words = this.#keywords.peek();
    if (words === this.#compiled.from) return this.#compiled.pattern;
    const list = words
      .split(",")
      .map((w) => w.trim().replace(/[.*+?^${}()|[\]\\]/g, "\\$&"))
      .filter((w) => w);
    const pattern =
      list.length > 0 ? new RegExp(`(?<![\\p{L}\\p{N}])(${list.join("|")})(?![\\p{L}\\p{N}])`, "iu") : undefined;
    this.#compiled = { from: words, pattern };
    return pattern;
  }
}
