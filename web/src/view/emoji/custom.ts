import { type EmojiTable, splitTone } from "./table";

/** A workspace's own emoji: a picture's address by name, or "alias:" and the name of one of everybody's. */
export type CustomEmoji = ReadonlyMap<string, string>;

export type Shown =
  | { readonly type: "glyph"; readonly glyph: string }
  | { readonly type: "image"; readonly url: string }
  | { readonly type: "unknown" };

const alias = "alias:";
const maxAliases = 4;

/** What an emoji's name shows as; a workspace's own goes before everybody's. */
export function resolveEmoji(name: string, table: EmojiTable, custom: CustomEmoji): Shown {
  let { base } = splitTone(name);
  let full = name;
  for (let i = 0; i < maxAliases; i++) {
    const value = custom.get(base);
    if (value === undefined) break;
    if (!value.startsWith(alias)) return { type: "image", url: value };
    base = full = value.slice(alias.length);
  }
  const glyph = table.glyph(full);
  return glyph ? { type: "glyph", glyph } : { type: "unknown" };
}
