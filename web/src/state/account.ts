import { Api, ApiError } from "../net/api";
import type { Platform } from "../platform/platform";
import type { Session } from "./session";

/** What the pages for accounts ask the server before anybody is signed in. */

export interface SetupInfo {
  /** There is no workspace yet. */
  readonly first: boolean;
  readonly code_required: boolean;
}

export interface Invitation {
  readonly team: string;
  readonly domain: string;
  readonly email: string;
  readonly role: string;
  readonly channels: readonly string[];
  readonly inviter: string;
  readonly date_expire: number;
}

export interface NewWorkspace {
  readonly code: string;
  readonly workspace_name: string;
  readonly domain: string;
  readonly real_name: string;
  readonly email: string;
  readonly password: string;
}

interface SignedIn extends Omit<Session, "user"> {
  readonly user: string;
}

export class Accounts {
  readonly #api: Api;

  constructor(platform: Platform) {
    this.#api = new Api(platform, "");
  }

  setupInfo(): Promise<SetupInfo> {
    return this.#api.call("account.setupInfo");
  }

  setUp(args: NewWorkspace): Promise<Session> {
    return this.#begin("account.setup", { ...args });
  }

  /** totp is empty until the server asks for it with two_factor_required. */
  signIn(args: {
    readonly workspace: string;
    readonly email: string;
    readonly password: string;
    readonly totp: string;
  }): Promise<Session> {
    return this.#begin("account.signIn", { ...args });
  }

  invitation(code: string): Promise<Invitation> {
    return this.#api.call("account.invitation", { code });
  }

  accept(args: {
    readonly code: string;
    readonly real_name: string;
    readonly email: string;
    readonly password: string;
  }): Promise<Session> {
    return this.#begin("account.accept", { ...args });
  }

  async requestReset(workspace: string, email: string): Promise<void> {
    await this.#api.call("account.requestReset", { workspace, email });
  }

  /** The short name of the workspace whose account has a new password. */
  async reset(code: string, password: string): Promise<string> {
    return (await this.#api.call<{ domain: string }>("account.reset", { code, password })).domain;
  }

  async #begin(method: string, args: Record<string, string>): Promise<Session> {
    const { token, team_id, team, domain, user } = await this.#api.call<SignedIn>(method, args);
    return { token, team_id, team, domain, user };
  }
}

/** The error's code, of whatever was thrown. */
export function codeOf(e: unknown): string {
  return e instanceof ApiError ? e.code : "no_answer";
}

/** A short name made of a workspace's name: "Crumb & Co." is "crumb-co". */
export function asDomain(name: string): string {
  return name
    .normalize("NFKD")
    .replace(/\p{M}/gu, "")
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-|-$/g, "")
    .slice(0, 63);
}
