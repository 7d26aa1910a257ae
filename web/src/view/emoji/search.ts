import type { CustomEmoji } from "./custom";
import { type EmojiTable, rankName } from "./table";

export interface Found {
  readonly name: string;
  readonly rank: number;
}

/** The names of emoji that answer a query, best first: what one used lately leads among equals. */
export function searchEmoji(
  query: string,
  table: EmojiTable,
  custom: CustomEmoji,
  recent: readonly string[],
  limit: number,
): string[] {
  const wanted = query.toLowerCase().trim().replace(/^:|:$/g, "").replace(/\s+/g, "_");
  const found: Found[] = [];
  for (const name of custom.keys()) {
    const rank = rankName(name, wanted);
    if (rank !== undefined) found.push({ name, rank: rank + 0.2 });
  }
  for (const entry of table.entries) {
    const rank = table.rank(entry, wanted);
    if (rank !== undefined && !custom.has(entry.names[0])) found.push({ name: entry.names[0], rank: rank + 0.4 });
  }
  const lately = new Map(recent.map((name, i) => [name, i]));
  const weight = (f: Found) => (lately.has(f.name) ? Math.min(f.rank, 1) + (lately.get(f.name) ?? 0) / 1000 : f.rank);
  return found
    .map((f, i) => ({ name: f.name, weight: weight(f), i }))
    .sort((a, b) => a.weight - b.weight || a.i - b.i)
    .slice(0, limit)
    .map((f) => f.name);
}
