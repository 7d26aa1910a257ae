import { describe, expect, it } from "vitest";
import { processorMs } from "../testing/cost";
import { parseMarkdown } from "./markdown";
import type { TextNode } from "./nodes";
import { plainText } from "./plain";

const nodes = (text: string): readonly TextNode[] =>
  parseMarkdown(text).flatMap((b) => (b.type === "rich_text" ? b.nodes : []));
const inline = (text: string) => {
  const [node] = nodes(text);
  return node?.type === "section" ? node.children : [];
};

describe("parseMarkdown", () => {
  it("reads blocks", () => {
    const text = "# Title #\n\none\ntwo\n\n---\n> quoted\n> more\n\n```go\nx := 1\n```\nend";
    expect(parseMarkdown(text).map((b) => b.type)).toEqual(["header", "rich_text", "divider", "rich_text"]);
    expect(nodes(text).map((n) => n.type)).toEqual(["section", "quote", "preformatted", "section"]);
  });

  it("reads lists in lists", () => {
    expect(plainText(nodes("- a\n  1. b\n  2. c\n     more\n- d\n\n3. x"))).toBe("• a\n1. b\n2. c\nmore\n• d\n3. x");
  });

  it("reads styles, links and code", () => {
    expect(inline("**b *i*** `a*b*` ~~s~~ [l](https://x.y/(z)) https://a.b/c. \\*no\\* snake_case_x")).toEqual([
      { type: "text", text: "b ", style: { bold: true } },
      { type: "text", text: "i", style: { bold: true, italic: true } },
      { type: "text", text: " " },
      { type: "text", text: "a*b*", style: { code: true } },
      { type: "text", text: " " },
      { type: "text", text: "s", style: { strike: true } },
      { type: "text", text: " " },
      { type: "link", url: "https://x.y/(z)", text: "l" },
      { type: "text", text: " " },
      { type: "link", url: "https://a.b/c" },
      { type: "text", text: ". *no* snake_case_x" },
    ]);
  });

  it("makes nothing run", () => {
    expect(
      inline("[x](javascript:alert(1)) <script>alert(1)</script> <img src=x onerror=y>").every(
        (i) => i.type === "text",
      ),
    ).toBe(true);
  });

  it("reads tables", () => {
    const [table] = parseMarkdown("| a | b |\n|:-:|--:|\n| 1 | 2 |\n| 3 |\n\nend");
    expect(table?.type === "table" && [table.rows.map((r) => r.length), table.columns.map((c) => c.align)]).toEqual([
      [2, 2, 1],
      ["center", "right"],
    ]);
  });

  it("takes little time over hostile text", () => {
    for (const piece of ["*", "**a", "[", "[a](", "`", "_a", "~~", "- ", "> ", "|", "a|b\n-|-\n", "  - x\n"]) {
      expect(
        processorMs(() => parseMarkdown(piece.repeat(6_000))),
        piece,
      ).toBeLessThan(2_000);
    }
  });
});
