/** The emoji that everybody has: their names as Slack knows them, by which messages and reactions name them. */

export interface EmojiEntry {
  readonly glyph: string;
  /** The first is the one that is written; the others are found too. */
  readonly names: readonly [string, ...string[]];
  readonly toned: boolean;
  readonly group: number;
  readonly index: number;
}

/** The groups in the order of the table; people are with the smileys. */
export const groupNames = ["people", "nature", "food", "travel", "activities", "objects", "symbols", "flags"] as const;

export const firstTone = 2;
export const lastTone = 6;
const tones = ["\u{1F3FB}", "\u{1F3FC}", "\u{1F3FD}", "\u{1F3FE}", "\u{1F3FF}"];

/** The handshake that holds two people together keeps its own colour. */
const bearer = /(?!(?<=\u200d)\u{1F91D})(\p{Emoji_Modifier_Base})\uFE0F?/gu;

/** The glyph in a skin tone of Slack's, 2 to 6. */
export function toned(glyph: string, tone: number): string {
  const modifier = tones[tone - firstTone];
  return modifier ? glyph.replace(bearer, `$1${modifier}`) : glyph;
}

/** Splits "wave::skin-tone-3", as reactions are named, into its name and tone. */
export function splitTone(name: string): { base: string; tone: number } {
  const [base = "", tone] = name.split("::skin-tone-");
  return { base, tone: tone ? Number.parseInt(tone, 10) || 0 : 0 };
}

export function withTone(name: string, tone: number): string {
  return tone >= firstTone && tone <= lastTone ? `${name}::skin-tone-${tone}` : name;
}

export class EmojiTable {
  readonly entries: readonly EmojiEntry[];
  private readonly byName = new Map<string, EmojiEntry>();
  private words: readonly string[] = [];

  /** Each group is lines of a glyph, a star if it takes tones, and names. */
  constructor(groups: readonly string[]) {
    const entries: EmojiEntry[] = [];
    groups.forEach((lines, group) => {
      for (const line of lines.split("\n")) {
        const [glyph = "", first = "", ...others] = line.split(" ");
        const isToned = glyph.endsWith("*") && glyph.length > 1;
        const entry: EmojiEntry = {
          glyph: isToned ? glyph.slice(0, -1) : glyph,
          names: [first, ...others],
          toned: isToned,
          group,
          index: entries.length,
        };
        entries.push(entry);
        for (const name of entry.names) if (!this.byName.has(name)) this.byName.set(name, entry);
      }
    });
    this.entries = entries;
  }

  /** Adds the words by which emoji are found beside their names. */
  addKeywords(groups: readonly string[]): void {
    const more = groups.flatMap((lines) => lines.split("\n"));
    this.words = this.entries.map(({ names }, i) => ` ${names.join(" ").replaceAll("_", " ")} ${more[i] ?? ""}`);
  }

  find(name: string): EmojiEntry | undefined {
    return this.byName.get(name);
  }

  /** The glyph for a name, with or without a tone; undefined for what isn't an emoji of everybody's. */
  glyph(name: string): string | undefined {
    const { base, tone } = splitTone(name);
    const entry = this.byName.get(base);
    if (!entry) return undefined;
    return entry.toned ? toned(entry.glyph, tone) : entry.glyph;
  }

  /** How well an emoji answers a query: the lower the better, undefined if not at all. */
  rank(entry: EmojiEntry, query: string): number | undefined {
    let best = rankName(entry.names[0], query);
    for (const name of entry.names.slice(1)) best = lower(best, rankName(name, query));
    if (best !== undefined) return best;
    const words = this.words[entry.index];
    if (!words) return undefined;
    if (!query.includes("_")) return words.includes(` ${query}`) ? 4 : undefined;
    return query.split("_").every((part) => words.includes(` ${part}`)) ? 4 : undefined;
  }
}

function lower(a: number | undefined, b: number | undefined): number | undefined {
  return a === undefined || (b !== undefined && b < a) ? b : a;
}

/** 0 the name itself, 1 its beginning, 2 a word's beginning, 3 anywhere. */
export function rankName(name: string, query: string): number | undefined {
  const at = name.indexOf(query);
  if (at < 0) return undefined;
  if (at === 0) return name.length === query.length ? 0 : 1;
  if (/[_-]/.test(name[at - 1] ?? "")) return 2;
  return /[_-]/.test(name) && name.includes(`_${query}`) ? 2 : 3;
}
