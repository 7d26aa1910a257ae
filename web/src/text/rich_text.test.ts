import { describe, expect, it } from "vitest";
import { parseMrkdwn } from "./mrkdwn";
import type { TextNode } from "./nodes";
import { emojiOnly, excerpt, messageTree, plainText } from "./plain";
import { readRichText, toTree } from "./rich_text";

const text = (s: string) => ({ type: "text", text: s });
const section = (...elements: unknown[]) => ({ type: "rich_text_section", elements });
const list = (indent: number, style: string, ...items: string[]) => ({
  type: "rich_text_list",
  style,
  indent,
  border: 0,
  elements: items.map((item) => section(text(item))),
});
const read = (...elements: unknown[]): TextNode[] => readRichText({ type: "rich_text", elements });

describe("readRichText", () => {
  it("hangs lists into lists", () => {
    const tree = read(
      list(0, "bullet", "a", "b"),
      list(1, "ordered", "b1"),
      list(2, "bullet", "b1x"),
      list(1, "bullet", "b2"),
      list(0, "bullet", "c"),
    );
    expect(plainText(tree)).toBe("• a\n• b\n1. b1\n• b1x\n• b2\n• c");
    expect(tree).toHaveLength(1);
    const [first] = tree;
    expect(first?.type === "list" && first.items[1]?.lists.map((l) => l.ordered)).toEqual([true, false]);
  });

  it("gathers what has a border into one quote", () => {
    const tree = read(
      { type: "rich_text_quote", elements: [text("a")] },
      { ...list(0, "bullet", "b"), border: 1 },
      { type: "rich_text_preformatted", elements: [text("c")], border: 1 },
      section(text("d")),
    );
    expect(tree.map((n) => n.type)).toEqual(["quote", "section"]);
    expect(tree[0]?.type === "quote" && tree[0].children.map((n) => n.type)).toEqual([
      "section",
      "list",
      "preformatted",
    ]);
  });

  it("makes no link of what may not be opened", () => {
    for (const url of [
      "javascript:alert(1)",
      "data:text/html,x",
      "vbscript:x",
      "file:///etc/passwd",
      "//evil",
      "",
      7,
      null,
    ]) {
      const [node] = read(section({ type: "link", url, text: "click" }));
      expect(node).toEqual({ type: "section", children: [text("click")] });
    }
    const [node] = read(
      section(
        { type: "link", url: "https://example.com" },
        { type: "date", timestamp: 1, format: "x", url: "javascript:x" },
      ),
    );
    expect(node).toEqual({
      type: "section",
      children: [
        { type: "link", url: "https://example.com" },
        { type: "date", timestamp: 1, format: "x" },
      ],
    });
  });

  it("leaves out what has no shape", () => {
    const junk = [
      null,
      1,
      "x",
      [],
      {},
      { type: "rich_text_section" },
      { type: "unknown" },
      section(null, {}, text(""), { type: "text", text: {} }),
    ];
    expect(read(...junk)).toEqual([
      { type: "section", children: [] },
      { type: "section", children: [] },
    ]);
    expect(readRichText(undefined)).toEqual([]);
    expect(readRichText({ elements: "x" })).toEqual([]);
    expect(read(section({ type: "text", text: "a", style: { bold: "yes", onclick: true } }))).toEqual([
      { type: "section", children: [text("a")] },
    ]);
  });

  it("bounds nesting and length", () => {
    let deep: unknown = section(text("x"));
    for (let i = 0; i < 10_000; i++) deep = { type: "rich_text_list", elements: [deep] };
    expect(() => read(deep)).not.toThrow();
    const tree = read(...Array.from({ length: 100 }, (_, i) => list(i, "bullet", "x")));
    let depth = 0;
    for (let at = tree[0]; at?.type === "list"; at = at.items.at(-1)?.lists[0]) depth++;
    expect(depth).toBe(9);
    expect(read(...Array.from({ length: 20_000 }, () => section(text("x"))))).toHaveLength(5_000);
  });
});

describe("plain text", () => {
  const names = { user: () => "Ada", channel: () => "general", usergroup: () => "devs" };

  it("names those whom it mentions", () => {
    expect(excerpt("<@U1A> in <#C1A>: *hi* <!here> :wave:\n&gt; a &lt; b", names)).toBe(
      "@Ada in #general: hi @here :wave: a < b",
    );
  });

  it("is short", () => {
    expect(excerpt("word ".repeat(500), names, 20)).toHaveLength(20);
  });

  it("prefers blocks to text", () => {
    expect(
      plainText(messageTree("no", [{ type: "section" }, { type: "rich_text", elements: [section(text("yes"))] }])),
    ).toBe("yes");
    expect(plainText(messageTree("no", "junk"))).toBe("no");
  });

  it.each([
    [":wave:", 1],
    [":wave: :smile:", 2],
    ["👋🏽 ❤️", 2],
    ["👩‍👩‍👧", 1],
    [":wave: hi", 0],
    ["123", 0],
    ["", 0],
    ["&gt; :wave:", 0],
  ])("counts the emoji of %s", (message, count) => {
    expect(emojiOnly(toTree(parseMrkdwn(message)))).toBe(count);
  });
});
