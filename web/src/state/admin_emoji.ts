/** The workspace's own emoji: pictures, and further names for others. */
import { type Page, Paged } from "./paged";
import { codeOf, type Remote } from "./remote";

export interface CustomEmoji {
  readonly name: string;
  /** Of a picture. */
  readonly url?: string;
  /** Of another name: what it stands for. */
  readonly alias?: string;
  readonly user?: string;
  /** Seconds. */
  readonly created?: number;
  readonly mayRemove: boolean;
}

interface AdminList {
  readonly emoji: readonly {
    readonly name: string;
    readonly is_alias: 0 | 1;
    readonly alias_for?: string;
    readonly url: string;
    readonly user_id?: string;
    readonly created?: number;
    readonly can_delete?: boolean;
  }[];
}

/** EmojiRemote also sends pictures. */
export interface EmojiRemote extends Remote {
  form<T>(method: string, fields: Readonly<Record<string, string | Blob>>): Promise<T>;
}

export class AdminEmoji {
  readonly emoji: Paged<CustomEmoji>;

  constructor(private readonly remote: EmojiRemote) {
    this.emoji = new Paged(
      (_cursor, signal) => this.list(signal),
      (one) => one.name,
    );
  }

  async addPicture(name: string, image: Blob): Promise<void> {
    await this.remote.form("emoji.add", { mode: "data", name, image });
    await this.emoji.load();
  }

  async addAlias(name: string, alias: string): Promise<void> {
    await this.remote.call("emoji.add", { mode: "alias", name, alias_for: alias });
    await this.emoji.load();
  }

  async remove(name: string): Promise<void> {
    await this.remote.call("emoji.remove", { name });
    this.emoji.remove(name);
  }

  close(): void {
    this.emoji.close();
  }

  /** list has who made each where the server tells it. */
  private async list(signal: AbortSignal): Promise<Page<CustomEmoji>> {
    try {
      const { emoji } = await this.remote.call<AdminList>("emoji.adminList", {}, { signal });
      const items = emoji.map((e) => ({
        name: e.name,
        ...(e.is_alias === 1 ? { alias: e.alias_for } : { url: e.url }),
        user: e.user_id,
        created: e.created,
        mayRemove: e.can_delete === true,
      }));
      return { items: items.sort(byName), next: "" };
    } catch (error) {
      if (codeOf(error) !== "unknown_method") throw error;
    }
    const { emoji } = await this.remote.call<{ emoji: Readonly<Record<string, string>> }>("emoji.list", {}, { signal });
    return { items: Object.entries(emoji).map(plain).sort(byName), next: "" };
  }
}

function byName(a: CustomEmoji, b: CustomEmoji): number {
  return a.name < b.name ? -1 : 1;
}

function plain([name, value]: [string, string]): CustomEmoji {
  const alias = /^alias:(.*)$/.exec(value)?.[1];
  return alias === undefined ? { name, url: value, mayRemove: true } : { name, alias, mayRemove: true };
}

/** asEmojiName makes a file's name, or what is typed, into a name. */
export function asEmojiName(typed: string): string {
  return typed
    .toLowerCase()
    .replace(/\.(png|gif|jpe?g|webp)$/, "")
    .replace(/\s+/g, "-")
    .replace(/[^\p{L}\p{N}_'+-]/gu, "");
}
