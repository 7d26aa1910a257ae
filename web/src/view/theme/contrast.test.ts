import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { accentHues } from "../../state/theme";
import { type Colour, contrast, over, parseOklch } from "./colour";

type Mode = "light" | "dark";

const css = readFileSync(new URL("./tokens.css", import.meta.url), "utf8");

/** What a token is in a mode, with the accent of a hue. */
function token(name: string, mode: Mode, hue = 275): Colour {
  const value = new RegExp(`--${name}: ([^;]+);`).exec(css)?.[1]?.replaceAll("var(--accent-hue)", String(hue));
  if (!value) throw new Error(`no token --${name}`);
  const both = /^light-dark\((oklch\([^)]+\)), (oklch\([^)]+\))\)$/.exec(value);
  return parseOklch((both ? both[mode === "light" ? 1 : 2] : value) ?? "");
}

const surfaces = ["surface-0", "surface-1", "surface-2", "surface-3"];
const onContent = ["surface-1", "surface-2", "surface-3"];

// What is read, and on which grounds: 4.5 to 1.
const texts: [string, string[]][] = [
  ["text-1", [...surfaces, "row-hover", "accent-subtle", "mention-subtle", "danger-subtle", "success-subtle", "mark"]],
  ["text-2", [...surfaces, "row-hover", "mention-subtle", "accent-subtle", "warning-subtle"]],
  ["text-3", [...surfaces, "row-hover", "mention-subtle"]],
  ["danger-text", [...onContent, "danger-subtle"]],
  ["success", [...onContent, "success-subtle"]],
  ["warning", [...onContent, "warning-subtle"]],
  ["mention-text", ["mention-subtle"]],
  ["on-badge", ["badge"]],
  ["on-danger", ["danger", "danger-hover"]],
  ["code-text", ["code-surface", "surface-2"]],
  ...["keyword", "string", "number", "name", "comment"].map((n): [string, string[]] => [`code-${n}`, ["code-surface"]]),
];

// What is recognised by its shape: 3 to 1.
const shapes: [string, string[]][] = [
  ["line-strong", onContent],
  ["mention-edge", ["surface-2"]],
  ["presence", onContent],
  ["badge", onContent],
];

const accentTexts: [string, string[]][] = [
  ["on-accent", ["accent", "accent-hover", "accent-pressed"]],
  ["accent-text", [...onContent, "row-hover", "accent-subtle"]],
];

function check(pairs: [string, string[]][], least: number, hue?: number) {
  const weak: string[] = [];
  for (const mode of ["light", "dark"] as const) {
    for (const [front, grounds] of pairs) {
      for (const ground of grounds) {
        const c = contrast(token(front, mode, hue), token(ground, mode, hue));
        if (c < least)
          weak.push(`${mode} ${front} on ${ground}${hue === undefined ? "" : ` at ${hue}`}: ${c.toFixed(2)}`);
      }
    }
  }
  return weak;
}

test("text is legible on what it stands on", () => {
  expect(check(texts, 4.5)).toEqual([]);
});

test("shapes stand out from what they lie on", () => {
  expect(check(shapes, 3)).toEqual([]);
});

test("the accent is legible at every hue that a workspace may choose", () => {
  const weak: string[] = [];
  for (let hue = 0; hue < 360; hue += 5) {
    weak.push(...check(accentTexts, 4.5, hue), ...check([["focus", onContent]], 3, hue));
  }
  expect(weak).toEqual([]);
});

test("all that is read or recognised stays so with each accent that is offered", () => {
  const weak = Object.values(accentHues).flatMap((hue) => [
    ...check([...texts, ...accentTexts], 4.5, hue),
    ...check([...shapes, ["focus", onContent]], 3, hue),
  ]);
  expect(weak).toEqual([]);
});

test("what the pointer is over stays legible", () => {
  for (const mode of ["light", "dark"] as const) {
    for (const surface of onContent) {
      for (const wash of ["hover", "pressed"]) {
        const ground = over(token(wash, mode), token(surface, mode));
        expect(contrast(token("text-2", mode), ground)).toBeGreaterThan(4.5);
      }
    }
  }
});
