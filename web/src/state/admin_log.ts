/** The audit log and what the workspace uses. */
import { type Signal, signal } from "@preact/signals-core";
import type { Invitation } from "./invite";
import { type Load, Paged } from "./paged";
import { codeOf, nextCursor, type Remote, type ResponseMetadata } from "./remote";

export interface AuditEntry {
  readonly id: string;
  /** Seconds. */
  readonly date_create: number;
  /** "" is the server's operator. */
  readonly actor: string;
  readonly action: string;
  readonly target: string;
  readonly detail: Readonly<Record<string, string>>;
  readonly address: string;
}

interface AuditAnswer extends ResponseMetadata {
  readonly entries: readonly AuditEntry[];
}

export class AuditLog {
  readonly actor = signal("");
  readonly action = signal("");
  readonly entries: Paged<AuditEntry>;

  constructor(remote: Remote) {
    this.entries = new Paged(
      async (cursor, abort) => {
        const args = {
          limit: 50,
          ...(cursor === "" ? {} : { cursor }),
          ...(this.actor.peek() === "" ? {} : { actor: this.actor.peek() }),
          ...(this.action.peek() === "" ? {} : { action: this.action.peek() }),
        };
        const answer = await remote.call<AuditAnswer>("manage.audit.list", args, { signal: abort });
        return { items: answer.entries, next: nextCursor(answer) };
      },
      (entry) => entry.id,
    );
  }

  filter(actor: string, action: string): void {
    this.actor.value = actor;
    this.action.value = action;
    this.entries.clear();
    void this.entries.load();
  }

  close(): void {
    this.entries.close();
  }
}

export interface UsageFacts {
  readonly members: number;
  readonly guests: number;
  readonly bots: number;
  readonly deactivated: number;
  readonly channels: number;
  readonly sessions: number;
  /** Those below only where the server counts them. */
  readonly messages?: number;
  readonly files?: number;
  readonly storage_bytes?: number;
  /** 0: none. */
  readonly storage_limit?: number;
}

export class Usage {
  readonly facts: Signal<UsageFacts | undefined> = signal(undefined);
  readonly load: Signal<Load> = signal({ state: "idle" });

  constructor(private readonly remote: Remote) {}

  async open(): Promise<void> {
    this.load.value = { state: "loading" };
    try {
      this.facts.value = (await this.remote.call<{ usage: UsageFacts }>("manage.usage")).usage;
      this.load.value = { state: "ready" };
    } catch (error) {
      this.load.value = { state: "failed", code: codeOf(error) };
    }
  }
}

/** The invitations that still stand. */
export class AdminInvites {
  readonly invites: Paged<Invitation>;

  constructor(private readonly remote: Remote) {
    this.invites = new Paged(
      async (_cursor, abort) => {
        const { invites } = await remote.call<{ invites: readonly Invitation[] }>(
          "manage.invites.list",
          {},
          { signal: abort },
        );
        return { items: invites, next: "" };
      },
      (invite) => invite.id,
    );
  }

  async revoke(invite: string): Promise<void> {
    await this.remote.call("manage.invites.revoke", { invite });
    this.invites.remove(invite);
  }

  close(): void {
    this.invites.close();
  }
}
