/** User groups: who is in them, and what they are called. */
import type { Usergroup } from "../wire/objects";
import { Paged } from "./paged";
import type { Remote } from "./remote";

export interface GroupFacts {
  readonly name: string;
  readonly handle: string;
  readonly description: string;
}

export class AdminGroups {
  readonly groups: Paged<Usergroup>;

  constructor(private readonly remote: Remote) {
    this.groups = new Paged(
      async (_cursor, signal) => {
        const args = { include_users: true, include_disabled: true };
        const { usergroups } = await remote.call<{ usergroups: readonly Usergroup[] }>("usergroups.list", args, {
          signal,
        });
        return { items: usergroups, next: "" };
      },
      (group) => group.id,
    );
  }

  async create(facts: GroupFacts, users: readonly string[]): Promise<void> {
    const { usergroup } = await this.remote.call<{ usergroup: Usergroup }>("usergroups.create", { ...facts });
    this.groups.prepend(usergroup);
    if (users.length > 0) await this.setUsers(usergroup.id, users);
  }

  async edit(usergroup: string, facts: GroupFacts): Promise<void> {
    this.take(await this.remote.call<{ usergroup: Usergroup }>("usergroups.update", { usergroup, ...facts }));
  }

  /** setUsers: a group can't be emptied, only switched off. */
  async setUsers(usergroup: string, users: readonly string[]): Promise<void> {
    this.take(
      await this.remote.call<{ usergroup: Usergroup }>("usergroups.users.update", {
        usergroup,
        users: users.join(","),
      }),
    );
  }

  async setEnabled(usergroup: string, on: boolean): Promise<void> {
    this.take(
      await this.remote.call<{ usergroup: Usergroup }>(on ? "usergroups.enable" : "usergroups.disable", { usergroup }),
    );
  }

  close(): void {
    this.groups.close();
  }

  private take({ usergroup }: { readonly usergroup: Usergroup }): void {
    this.groups.update(usergroup.id, (before) => ({ ...before, ...usergroup }));
  }
}
