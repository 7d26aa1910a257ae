import type { CustomEmoji } from "./custom";
import { searchEmoji } from "./search";
import { type EmojiTable, groupNames, withTone } from "./table";

/** The picker's emoji in rows, and where the arrow keys lead in them. */

export type GroupName = "recent" | "custom" | (typeof groupNames)[number];

export interface Section {
  readonly group: GroupName;
  readonly names: readonly string[];
}

export interface Sections {
  /** The groups that there are to jump to. */
  readonly all: readonly GroupName[];
  readonly shown: readonly Section[];
}

const mostFound = 90;

export function sectionsOf(
  query: string,
  table: EmojiTable,
  custom: CustomEmoji,
  recent: readonly string[],
  tone: number,
): Sections {
  const named = (name: string) => (table.find(name)?.toned && !custom.has(name) ? withTone(name, tone) : name);
  const groups: Section[] = groupNames.map((group) => ({ group, names: [] }));
  const names = groups.map(() => [] as string[]);
  for (const entry of table.entries) names[entry.group]?.push(named(entry.names[0]));
  const known = recent.filter((name) => custom.has(name) || table.find(name)).slice(0, 18);
  const all: Section[] = [
    { group: "recent", names: known.map(named) },
    { group: "custom", names: [...custom.keys()].sort() },
    ...groups.map(({ group }, i): Section => ({ group, names: names[i] ?? [] })),
  ];
  const filled = all.filter((s) => s.names.length > 0);
  if (query.trim() === "") return { all: filled.map((s) => s.group), shown: filled };
  const found = searchEmoji(query, table, custom, recent, mostFound).map(named);
  return { all: filled.map((s) => s.group), shown: found.length > 0 ? [{ group: "recent", names: found }] : [] };
}

export interface Cell {
  readonly key: string;
  readonly name: string;
  readonly row: number;
  readonly column: number;
}

export type Row =
  | { readonly type: "title"; readonly group: GroupName }
  | { readonly type: "emoji"; readonly first: number; readonly cells: readonly Cell[] };

export function rowsOf(sections: Sections, columns: number): { rows: Row[]; cells: Cell[] } {
  const rows: Row[] = [];
  const cells: Cell[] = [];
  for (const { group, names } of sections.shown) {
    rows.push({ type: "title", group });
    for (let from = 0; from < names.length; from += columns) {
      const row = names
        .slice(from, from + columns)
        .map((name, column): Cell => ({ key: `${group}/${name}`, name, row: rows.length, column }));
      rows.push({ type: "emoji", first: cells.length, cells: row });
      cells.push(...row);
    }
  }
  return { rows, cells };
}

/** Where a key leads from the active cell; undefined where it is the text's. Left and right are the text's while there is some. */
export function moved(cells: readonly Cell[], active: number, key: string, sideways: boolean): number | undefined {
  const now = cells[active];
  if (!now) return undefined;
  switch (key) {
    case "ArrowRight":
      return sideways ? Math.min(active + 1, cells.length - 1) : undefined;
    case "ArrowLeft":
      return sideways ? Math.max(active - 1, 0) : undefined;
    case "ArrowDown":
      return nearest(cells, now, 1) ?? cells.length - 1;
    case "ArrowUp":
      return nearest(cells, now, -1) ?? 0;
    case "PageDown":
      return Math.min(active + 27, cells.length - 1);
    case "PageUp":
      return Math.max(active - 27, 0);
    default:
      return undefined;
  }
}

/** The cell of the next row that is under or above this one, or that row's last. */
function nearest(cells: readonly Cell[], from: Cell, step: 1 | -1): number | undefined {
  let at = cells.indexOf(from);
  while (cells[at]?.row === from.row) at += step;
  const row = cells[at]?.row;
  if (row === undefined) return undefined;
  const first = step > 0 ? at : cells.findIndex((c) => c.row === row);
  let best = first;
  while (cells[best + 1]?.row === row && (cells[best]?.column ?? 0) < from.column) best++;
  return best;
}
