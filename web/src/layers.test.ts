/**
 * The layers: view → state → store → sync → net → wire, and each imports only what is
 * below it. React is known to view alone; the browser's platform to main alone.
 */

import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { expect, test } from "vitest";

const src = resolve(import.meta.dirname);

/** From the top down. text and i18n hold no state: text may be used from state up, i18n by view. */
const layers = ["view", "i18n", "state", "text", "store", "sync", "net", "wire"];
/** early and main make the platform, and hand it down. */
const outside = new Set(["early.ts", "main.tsx", "testing", "platform"]);

interface Import {
  file: string;
  from: string;
  typeOnly: boolean;
}

function files(dir: string): string[] {
  return readdirSync(dir, { withFileTypes: true }).flatMap((e) => {
    const path = join(dir, e.name);
    if (e.isDirectory()) return files(path);
    return /\.tsx?$/.test(e.name) && !/\.test\.tsx?$/.test(e.name) ? [path] : [];
  });
}

function imports(path: string): Import[] {
  const text = readFileSync(path, "utf8");
  const pattern = /^\s*(?:import|export)\s(type\s)?[^"';]*?from\s+"([^"]+)"|import\("([^"]+)"\)|^import\s+"([^"]+)"/gm;
  return [...text.matchAll(pattern)].map((m) => ({
    file: relative(src, path),
    from: m[2] ?? m[3] ?? m[4] ?? "",
    typeOnly: m[1] !== undefined,
  }));
}

const all = files(src).flatMap(imports);

const layerOf = (path: string) => path.split("/")[0] ?? "";

/** The file of this tree that an import names. */
const within = (i: Import) => relative(src, resolve(src, dirname(i.file), i.from));

test("imports run down", () => {
  const wrong = all.filter((i) => {
    if (!i.from.startsWith(".")) return false;
    const [from, to] = [layerOf(i.file), layerOf(within(i))];
    if (outside.has(from) || from === to || to === "platform") return false;
    return layers.indexOf(from) < 0 || layers.indexOf(to) < layers.indexOf(from);
  });
  expect(wrong.map((i) => `${i.file} imports ${i.from}`)).toEqual([]);
});

test("only early makes the browser's platform", () => {
  const wrong = all.filter(
    (i) => i.from.startsWith(".") && within(i).startsWith("platform/browser") && i.file !== "early.ts",
  );
  expect(wrong.map((i) => i.file)).toEqual([]);
});

test("below main the platform is types", () => {
  const wrong = all.filter((i) => {
    const isPlatform = i.from.startsWith(".") && layerOf(within(i)) === "platform";
    return isPlatform && !i.typeOnly && !outside.has(layerOf(i.file));
  });
  expect(wrong.map((i) => i.file)).toEqual([]);
});

test("React is known to view alone, and nothing of tests to what is shipped", () => {
  const wrong = all.filter((i) => {
    const layer = layerOf(i.file);
    const isReact = /^react(-dom)?(\/|$)/.test(i.from) && !["view", "main.tsx", "testing"].includes(layer);
    const isTesting = i.from.startsWith(".") && layerOf(within(i)) === "testing" && layer !== "testing";
    return isReact || isTesting;
  });
  expect(wrong.map((i) => `${i.file} imports ${i.from}`)).toEqual([]);
});
