// Makes glyphs.json and keywords.json of emojibase's data, with Slack's names of
// the emoji (iamcal's set). Run by hand when emojibase-data is updated:
//   node src/view/emoji/generate.mjs
// A test tells when the files are not what this gives.

import { writeFileSync } from "node:fs";
import { createRequire } from "node:module";

const require = createRequire(import.meta.url);
const emoji = require("emojibase-data/en/compact.json");
const slackNames = require("emojibase-data/en/shortcodes/iamcal.json");
const otherNames = require("emojibase-data/en/shortcodes/github.json");
const cldrNames = require("emojibase-data/en/shortcodes/cldr.json");

const component = 2;
const groups = [[0, 1], [3], [4], [5], [6], [7], [8], [9]]; // smileys and people are one

function namesOf(e) {
  const names = slackNames[e.hexcode] ?? otherNames[e.hexcode] ?? cldrNames[e.hexcode] ?? [];
  return [names].flat().map((name) => name.toLowerCase());
}

function usable(e) {
  return e.group !== undefined && e.group !== component && namesOf(e).length > 0;
}

// One line for each emoji: the glyph, a star if it takes skin tones, its names.
function line(e) {
  const names = namesOf(e);
  if (/^[\w+-]/.test(e.unicode)) return undefined;
  return `${e.unicode}${e.skins ? "*" : ""} ${names.join(" ")}`;
}

function words(e) {
  const names = new Set(namesOf(e).flatMap((name) => [name, ...name.split("_")]));
  const all = [
    ...e.label.toLowerCase().split(/[^\p{L}\p{N}]+/u),
    ...(e.tags ?? []).flatMap((t) => t.toLowerCase().split(" ")),
  ];
  return [...new Set(all)].filter((w) => w.length > 1 && !names.has(w)).join(" ");
}

export function make() {
  const sorted = groups.map((ids) =>
    emoji.filter((e) => ids.includes(e.group) && usable(e) && line(e)).sort((a, b) => a.order - b.order),
  );
  return {
    glyphs: sorted.map((group) => group.map(line).join("\n")),
    keywords: sorted.map((group) => group.map(words).join("\n")),
  };
}

if (process.argv[1] === new URL(import.meta.url).pathname) {
  const { glyphs, keywords } = make();
  writeFileSync(new URL("glyphs.json", import.meta.url), `${JSON.stringify(glyphs, null, 1)}\n`);
  writeFileSync(new URL("keywords.json", import.meta.url), `${JSON.stringify(keywords, null, 1)}\n`);
}
