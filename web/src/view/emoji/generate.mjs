// Makes glyphs.json and keywords.json of emojibase's data, with Slack's names of
// the emoji (iamcal's set). `npm ci` runs it; what it makes is not kept with the source.

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

function make() {
  const sorted = groups.map((ids) =>
    emoji.filter((e) => ids.includes(e.group) && usable(e)).sort((a, b) => a.order - b.order),
  );
  return {
    glyphs: sorted.map((group) => group.map(line).join("\n")),
    keywords: sorted.map((group) => group.map(words).join("\n")),
  };
}

const { glyphs, keywords } = make();
writeFileSync(new URL("glyphs.json", import.meta.url), `${JSON.stringify(glyphs)}\n`);
writeFileSync(new URL("keywords.json", import.meta.url), `${JSON.stringify(keywords)}\n`);
