/** A channel in the making: its name, who may see it, and what may be wrong with it. */
import { type Signal, signal } from "@preact/signals-core";
import type { Channel } from "../wire/objects";
import { asChannelName, type NameFault, nameFault } from "./channel_name";
import { codeOf, type Remote } from "./remote";

export class CreateChannel {
  readonly name = signal("");
  readonly isPrivate = signal(false);
  /** Why the server refused, or what is wrong with the name; shown once somebody tried, or wrote too much. */
  readonly fault: Signal<NameFault | { readonly code: string } | undefined> = signal(undefined);
  readonly busy = signal(false);

  constructor(
    private readonly remote: Remote,
    private readonly taken: (name: string) => boolean,
  ) {}

  type(text: string): void {
    this.name.value = asChannelName(text);
    const fault = nameFault(this.name.peek(), this.taken);
    this.fault.value = fault === "empty" ? undefined : fault;
  }

  /** create answers the channel, or nothing where it could not be made. */
  async create(purpose: string): Promise<Channel | undefined> {
    const name = this.name.peek().replace(/^[-_]+|[-_]+$/g, "");
    const fault = nameFault(name, this.taken);
    this.fault.value = fault;
    if (fault !== undefined || this.busy.peek()) return undefined;
    this.busy.value = true;
    try {
      const args = { name, is_private: this.isPrivate.peek() };
      const { channel } = await this.remote.call<{ channel: Channel }>("conversations.create", args);
      if (purpose.trim() !== "") await this.describe(channel.id, purpose.trim());
      return channel;
    } catch (error) {
      const code = codeOf(error);
      this.fault.value = code === "name_taken" ? "taken" : { code };
      return undefined;
    } finally {
      this.busy.value = false;
    }
  }

  /** The channel is there already: a description that fails can be written again in its details. */
  private async describe(channel: string, purpose: string): Promise<void> {
    try {
      await this.remote.call("conversations.setPurpose", { channel, purpose });
    } catch {
      return;
    }
  }
}
