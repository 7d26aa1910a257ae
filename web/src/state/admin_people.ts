/** The accounts, for those who manage them. */
import { Paged } from "./paged";
import { matches } from "./people";
import { nextCursor, type Remote, type ResponseMetadata } from "./remote";

export interface ManagedUser {
  readonly id: string;
  readonly name: string;
  readonly real_name: string;
  readonly email: string;
  readonly role: string;
  readonly deleted: boolean;
  readonly is_bot: boolean;
  readonly two_factor: boolean;
  readonly date_create: number;
}

export interface Session {
  readonly id: string;
  readonly device: string;
  readonly address: string;
  readonly date_create: number;
  readonly date_used: number;
  readonly current: boolean;
}

interface UsersAnswer extends ResponseMetadata {
  readonly users: readonly ManagedUser[];
}

const most = 20_000;

export class AdminPeople {
  readonly users: Paged<ManagedUser>;

  constructor(private readonly remote: Remote) {
    this.users = new Paged(
      async (cursor, signal) => {
        const args = { limit: 1000, ...(cursor === "" ? {} : { cursor }) };
        const answer = await remote.call<UsersAnswer>("manage.users.list", args, { signal });
        return { items: answer.users.filter((user) => !user.is_bot), next: nextCursor(answer) };
      },
      (user) => user.id,
    );
  }

  async open(): Promise<void> {
    await this.users.loadAll(most);
  }

  async setRole(user: string, role: string): Promise<void> {
    this.take(await this.remote.call<{ user: ManagedUser }>("manage.users.setRole", { user, role }));
  }

  async setActive(user: string, active: boolean): Promise<void> {
    const method = active ? "manage.users.reactivate" : "manage.users.deactivate";
    this.take(await this.remote.call<{ user: ManagedUser }>(method, { user }));
  }

  /** resetPassword answers the link to pass on, or nothing where it was mailed. */
  async resetPassword(user: string, show: boolean): Promise<string | undefined> {
    const answer = await this.remote.call<{ url?: string; mailed: boolean }>(
      "manage.users.resetPassword",
      show ? { user, show } : { user },
    );
    return answer.url;
  }

  async dropSecondFactor(user: string): Promise<void> {
    await this.remote.call("manage.users.dropSecondFactor", { user });
    this.users.update(user, (u) => ({ ...u, two_factor: false }));
  }

  async sessions(user: string): Promise<readonly Session[]> {
    return (await this.remote.call<{ sessions: readonly Session[] }>("manage.users.sessions.list", { user })).sessions;
  }

  /** endSessions ends one, or all. */
  async endSessions(user: string, session?: string): Promise<void> {
    await this.remote.call("manage.users.sessions.revoke", session === undefined ? { user } : { user, session });
  }

  async transferOwnership(user: string, password: string): Promise<void> {
    await this.remote.call("manage.users.transferOwnership", { user, password });
    await this.open();
  }

  close(): void {
    this.users.close();
  }

  private take({ user }: { readonly user: ManagedUser }): void {
    this.users.update(user.id, () => user);
  }
}

export const memberFilters = ["active", "admins", "guests", "no_two_factor", "deactivated"] as const;
export type MemberFilter = (typeof memberFilters)[number];

const admins = new Set(["primary_owner", "owner", "admin"]);
const guests = new Set(["guest", "single_guest"]);

export function filterMembers(
  users: readonly ManagedUser[],
  query: string,
  filter: MemberFilter,
): readonly ManagedUser[] {
  return users
    .filter((user) => passes(user, filter) && matches(query.replace(/^@/, ""), [user.name, user.real_name, user.email]))
    .sort((a, b) => a.real_name.localeCompare(b.real_name) || a.name.localeCompare(b.name));
}

function passes(user: ManagedUser, filter: MemberFilter): boolean {
  if (filter === "deactivated") return user.deleted;
  if (user.deleted) return false;
  switch (filter) {
    case "active":
      return true;
    case "admins":
      return admins.has(user.role);
    case "guests":
      return guests.has(user.role);
    case "no_two_factor":
      return !user.two_factor;
  }
}
