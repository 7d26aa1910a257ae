/** One channel's details: its people, pins and files, and what its managers may change about it. */
import { type Signal, signal } from "@preact/signals-core";
import type { Channel, File, Message, User } from "../wire/objects";
import { Paged } from "./paged";
import { nextCursor, type Remote, type ResponseMetadata } from "./remote";

export const detailTabs = ["about", "members", "pins", "files", "settings"] as const;
export type DetailTab = (typeof detailTabs)[number];

export interface Pin {
  readonly created: number;
  readonly created_by: string;
  readonly message: Message;
}

export interface Retention {
  readonly own_days: number | null;
  readonly workspace_days: number;
}

interface MembersAnswer extends ResponseMetadata {
  readonly members: readonly string[];
}

interface FilesAnswer {
  readonly files: readonly File[];
  readonly paging: { readonly page: number; readonly pages: number };
}

export class ChannelDetails {
  readonly members: Paged<string>;
  readonly pins: Paged<Pin>;
  readonly files: Paged<File>;
  readonly retention: Signal<Retention | undefined> = signal(undefined);

  constructor(
    private readonly remote: Remote,
    readonly channel: string,
  ) {
    this.members = new Paged(
      async (cursor, signal) => {
        const args = { channel, limit: 200, ...(cursor === "" ? {} : { cursor }) };
        const answer = await remote.call<MembersAnswer>("conversations.members", args, { signal });
        return { items: answer.members, next: nextCursor(answer) };
      },
      (id) => id,
    );
    this.pins = new Paged(
      async (_cursor, signal) => {
        const answer = await remote.call<{ items: readonly Pin[] }>("pins.list", { channel }, { signal });
        return { items: answer.items, next: "" };
      },
      (pin) => pin.message.ts,
    );
    this.files = new Paged(
      async (cursor, signal) => {
        const args = { channel, count: 30, page: cursor === "" ? 1 : Number(cursor) };
        const { files, paging } = await remote.call<FilesAnswer>("files.list", args, { signal });
        return { items: files, next: paging.page < paging.pages ? String(paging.page + 1) : "" };
      },
      (file) => file.id,
    );
  }

  async unpin(pin: Pin): Promise<void> {
    await this.remote.call("pins.remove", { channel: this.channel, timestamp: pin.message.ts });
    this.pins.remove(pin.message.ts);
  }

  async kick(user: string): Promise<void> {
    await this.remote.call("conversations.kick", { channel: this.channel, user });
    this.members.remove(user);
  }

  /** add invites people and shows them among the members. */
  async add(users: readonly string[]): Promise<void> {
    await this.remote.call("conversations.invite", { channel: this.channel, users: users.join(","), force: true });
    for (const user of users) this.members.prepend(user);
  }

  async readRetention(): Promise<void> {
    this.retention.value = await this.remote.call<Retention>("manage.channels.getRetention", { channel: this.channel });
  }

  /** setRetention: a number of days, 0 for ever, or as the workspace has it. */
  async setRetention(days: number | "workspace"): Promise<void> {
    const args = { channel: this.channel, days: String(days) };
    this.retention.value = await this.remote.call<Retention>("manage.channels.setRetention", args);
  }

  close(): void {
    for (const list of [this.members, this.pins, this.files]) list.close();
  }
}

/** What somebody may do to a channel. */
export interface Rights {
  readonly edit: boolean;
  readonly invite: boolean;
  readonly kick: boolean;
  readonly rename: boolean;
  readonly archive: boolean;
  readonly leave: boolean;
}

const nothing: Rights = { edit: false, invite: false, kick: false, rename: false, archive: false, leave: false };

/** rightsOf follows the server's rules (conversations.*), to show what will work. */
export function rightsOf(channel: Channel, self: User): Rights {
  const admin = self.is_admin === true || self.is_owner === true || self.is_primary_owner === true;
  const guest = self.is_restricted === true || self.is_ultra_restricted === true;
  const member = channel.is_member === true;
  if (channel.is_im === true) return nothing;
  if (channel.is_archived === true) return { ...nothing, archive: manages(channel, self, admin, guest) };
  if (channel.is_mpim === true) return { ...nothing, edit: member };
  const manager = member && manages(channel, self, admin, guest);
  return {
    edit: member,
    invite: member && !guest,
    kick: manager && channel.is_general !== true,
    rename: manager,
    archive: manager && channel.is_general !== true,
    leave: member && channel.is_general !== true,
  };
}

/** mayConvert follows admin.conversations.convertToPrivate, for whom the settings let, and convertToPublic, for owners. */
export function mayConvert(channel: Channel, self: User, maySettings: boolean): boolean {
  if (channel.is_member !== true || channel.is_archived === true || channel.is_general === true) return false;
  return channel.is_private === true ? self.is_owner === true : maySettings;
}

function manages(channel: Channel, self: User, admin: boolean, guest: boolean): boolean {
  return admin || (channel.creator === self.id && !guest && channel.is_general !== true);
}
