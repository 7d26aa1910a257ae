/** Bots, their tokens, and webhooks. A secret is told once, and kept here no longer than it is shown. */
import { Paged } from "./paged";
import type { Remote } from "./remote";

export interface Bot {
  readonly id: string;
  readonly user_id: string;
  readonly app_id: string;
  readonly name: string;
  readonly deleted: boolean;
}

export interface BotToken {
  readonly id: string;
  readonly type: string;
  readonly scopes: readonly string[];
  readonly date_create: number;
}

export interface Webhook {
  readonly id: string;
  readonly name: string;
  readonly channel: string;
  readonly creator?: string;
  readonly date_create: number;
  readonly url?: string;
}

/** The scopes that bots commonly need; "" gives them all. */
export const commonScopes = [
  "chat:write",
  "chat:write.customize",
  "channels:read",
  "channels:history",
  "channels:join",
  "groups:read",
  "groups:history",
  "im:read",
  "im:history",
  "im:write",
  "users:read",
  "users:read.email",
  "reactions:read",
  "reactions:write",
  "files:read",
  "files:write",
  "pins:write",
  "usergroups:read",
  "team:read",
  "emoji:read",
] as const;

export class AdminApps {
  readonly bots: Paged<Bot>;
  readonly webhooks: Paged<Webhook>;

  constructor(private readonly remote: Remote) {
    this.bots = new Paged(
      async (_cursor, signal) => {
        const { bots } = await remote.call<{ bots: readonly Bot[] }>("manage.bots.list", {}, { signal });
        return { items: bots, next: "" };
      },
      (bot) => bot.id,
    );
    this.webhooks = new Paged(
      async (_cursor, signal) => {
        const { webhooks } = await remote.call<{ webhooks: readonly Webhook[] }>(
          "manage.webhooks.list",
          {},
          { signal },
        );
        return { items: webhooks, next: "" };
      },
      (hook) => hook.id,
    );
  }

  async createBot(name: string, realName: string): Promise<Bot> {
    const args = realName === "" ? { name } : { name, real_name: realName };
    const { bot } = await this.remote.call<{ bot: Bot }>("manage.bots.create", args);
    this.bots.prepend(bot);
    return bot;
  }

  async deactivateBot(bot: string): Promise<void> {
    await this.remote.call("manage.bots.deactivate", { bot });
    this.bots.update(bot, (b) => ({ ...b, deleted: true }));
  }

  async tokens(bot: string): Promise<readonly BotToken[]> {
    return (await this.remote.call<{ tokens: readonly BotToken[] }>("manage.bots.tokens.list", { bot })).tokens;
  }

  /** createToken answers the token itself, this once. */
  async createToken(bot: string, scopes: readonly string[]): Promise<string> {
    const args = scopes.length === 0 ? { bot } : { bot, scopes: scopes.join(",") };
    return (await this.remote.call<{ token: string }>("manage.bots.tokens.create", args)).token;
  }

  async revokeToken(bot: string, token: string): Promise<void> {
    await this.remote.call("manage.bots.tokens.revoke", { bot, token_id: token });
  }

  /** createWebhook answers its address, this once. */
  async createWebhook(channel: string, name: string): Promise<string> {
    const args = name === "" ? { channel } : { channel, name };
    const { webhook } = await this.remote.call<{ webhook: Webhook }>("manage.webhooks.create", args);
    const { url = "", ...kept } = webhook;
    this.webhooks.prepend(kept);
    return url;
  }

  async revokeWebhook(webhook: string): Promise<void> {
    await this.remote.call("manage.webhooks.revoke", { webhook });
    this.webhooks.remove(webhook);
  }

  close(): void {
    this.bots.close();
    this.webhooks.close();
  }
}
