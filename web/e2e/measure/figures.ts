import { mkdirSync, writeFileSync } from "node:fs";
import { cpus, loadavg } from "node:os";
import { join } from "node:path";

interface Figure {
  readonly what: string;
  readonly unit: string;
  readonly budget: number;
  readonly values: readonly number[];
}

const figures: Figure[] = [];

/** Enters what was measured, once a run. */
export function figure(what: string, unit: string, budget: number, values: readonly number[]): void {
  figures.push({ what, unit, budget, values });
}

const sorted = (values: readonly number[]) => [...values].sort((a, b) => a - b);
const at = (values: readonly number[], part: number) =>
  sorted(values)[Math.floor((values.length - 1) * part)] ?? Number.NaN;
const shown = (n: number) => (n >= 100 ? n.toFixed(0) : n >= 1 ? n.toFixed(1) : String(Number(n.toPrecision(2))));

/** The table, on standard output and in build/bench-web.md. */
export function report(): void {
  const lines = [
    `${cpus().length} cores, ${cpus()[0]?.model.trim()}, node ${process.version}, load ${loadavg().map(shown).join(" ")}`,
    "",
    "| | median | least to most | 95 of 100 | runs | budget |",
    "| --- | ---: | ---: | ---: | ---: | ---: |",
    ...figures.map(({ what, unit, budget, values }) => {
      const cells = [
        `${shown(at(values, 0.5))} ${unit}`.trim(),
        `${shown(at(values, 0))} to ${shown(at(values, 1))}`,
        shown(at(values, 0.95)),
        values.length,
        `${budget} ${unit}`.trim(),
      ];
      return `| ${what} | ${cells.join(" | ")} |`;
    }),
  ];
  const folder = join(import.meta.dirname, "../../../build");
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "bench-web.md"), `${lines.join("\n")}\n`);
  writeFileSync(join(folder, "bench-web.json"), JSON.stringify(figures, null, 1));
  console.log(lines.join("\n"));
}
