import compact from "emojibase-data/en/compact.json";
import { describe, expect, it } from "vitest";
import { resolveEmoji } from "./custom";
import { emojiTable, loadEmoji, loadEmojiSearch } from "./data";
import glyphs from "./glyphs.json";
import keywords from "./keywords.json";
import { searchEmoji } from "./search";
import { EmojiTable, splitTone, toned, withTone } from "./table";

const table = new EmojiTable(glyphs);
table.addKeywords(keywords);

describe("the table of emoji", () => {
  it("finds names and second names", () => {
    expect(table.glyph("tada")).toBe("🎉");
    expect(table.find("thumbsup")?.names[0]).toBe("+1");
    expect(table.glyph("one")).toBe("1\uFE0F\u20E3");
    expect(table.glyph("no_such_emoji")).toBeUndefined();
  });

  it("knows the glyph of each skin tone", () => {
    const plain = (s: string) => s.replaceAll("\uFE0F", "");
    for (const emoji of compact) {
      if (!emoji.skins) continue;
      const known = new Set(emoji.skins.map((s) => plain(s.unicode)));
      for (let tone = 2; tone <= 6; tone++) expect(known, emoji.label).toContain(plain(toned(emoji.unicode, tone)));
    }
    expect(table.glyph("wave::skin-tone-4")).toBe("👋🏽");
    expect(splitTone(withTone("wave", 4))).toEqual({ base: "wave", tone: 4 });
  });

  it("agrees with the few that are there before it is loaded", async () => {
    const few = emojiTable.value;
    await loadEmoji();
    expect(emojiTable.value.entries.length).toBeGreaterThan(1800);
    for (const entry of few.entries) {
      const full = emojiTable.value.find(entry.names[0]);
      expect({ ...full, index: 0, group: 0 }, entry.names[0]).toEqual({ ...entry, index: 0, group: 0 });
    }
  });
});

describe("a workspace's own emoji", () => {
  const custom = new Map(
    Object.entries({ party: "/e/party.png", yay: "alias:party", ship: "alias:rocket", lupe: "alias:lupe" }),
  );
  it("are pictures or other names", () => {
    expect(resolveEmoji("yay", table, custom)).toEqual({ type: "image", url: "/e/party.png" });
    expect(resolveEmoji("ship", table, custom)).toEqual({ type: "glyph", glyph: "🚀" });
    expect(resolveEmoji("lupe", table, custom)).toEqual({ type: "unknown" });
    expect(resolveEmoji("toString", table, custom)).toEqual({ type: "unknown" });
  });
});

describe("search", () => {
  it("puts the name first, then its beginnings, then words about it", async () => {
    const all = await loadEmojiSearch();
    const find = (query: string, recent: string[] = []) =>
      searchEmoji(query, all, new Map([["heartbeat2", "/e/h.png"]]), recent, 8);
    expect(find("heart")[0]).toBe("heart");
    expect(find("heart")).toContain("heartbeat2");
    expect(find("tad")[0]).toBe("tada");
    expect(find("popper")).toContain("tada");
    expect(find("thumbs up")).toContain("+1");
    expect(find("s", ["sob"])[0]).toBe("sob");
    expect(find("zzzzzz")).toEqual([]);
  });
});
