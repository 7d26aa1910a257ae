import type { EmojiTable } from "./table";
import { splitTone } from "./table";

/** A workspace's own emoji, as emoji.list gives them: a picture's address, or "alias:" and another name. */
export type CustomEmoji = Readonly<Record<string, string>>;

export type Shown = { type: "glyph"; glyph: string } | { type: "image"; url: string } | { type: "unknown" };

const alias = "alias:";
const maxAliases = 4;

/** What an emoji's name shows as; a workspace's own goes before everybody's. */
export function resolveEmoji(name: string, table: EmojiTable, custom: CustomEmoji): Shown {
  let { base } = splitTone(name);
  let full = name;
  for (let i = 0; i < maxAliases && Object.hasOwn(custom, base); i++) {
    const value = custom[base] ?? "";
    if (!value.startsWith(alias)) return { type: "image", url: value };
    base = full = value.slice(alias.length);
  }
  const glyph = table.glyph(full);
  return glyph ? { type: "glyph", glyph } : { type: "unknown" };
}
