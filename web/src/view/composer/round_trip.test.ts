import { describe, expect, it } from "vitest";
import type { RichElement } from "../../text/nodes";
import { blockOf, docOf, isBlank } from "../../text/serialize";
import { docOfText, mrkdwnOf } from "../../text/serialize_mrkdwn";
import type { DocMark, DocNode } from "../../text/serialize_types";
import { schema } from "./schema";

const text = (t: string, ...marks: string[]): DocNode =>
  marks.length > 0 ? { type: "text", text: t, marks: marks.map((type) => ({ type })) } : { type: "text", text: t };
const p = (...content: DocNode[]): DocNode =>
  content.length > 0 ? { type: "paragraph", content } : { type: "paragraph" };
const li = (...content: DocNode[]): DocNode => ({ type: "list_item", content });
const ul = (...content: DocNode[]): DocNode => ({ type: "bullet_list", content });
const ol = (order: number, ...content: DocNode[]): DocNode => ({ type: "ordered_list", attrs: { order }, content });
const doc = (...content: DocNode[]): DocNode => ({ type: "doc", content });

function elements(d: DocNode): RichElement[] {
  schema.nodeFromJSON(d).check();
  return blockOf(d)?.elements ?? [];
}

describe("blocks of a document", () => {
  it("joins paragraphs into one section", () => {
    expect(elements(doc(p(text("a")), p(), p(text("b", "bold"))))).toEqual([
      {
        type: "rich_text_section",
        elements: [
          { type: "text", text: "a\n\n" },
          { type: "text", text: "b", style: { bold: true } },
        ],
      },
    ]);
  });

  it("leaves out empty paragraphs at the ends", () => {
    expect(elements(doc(p(), p(text("a")), p(text("  "))))).toEqual([
      { type: "rich_text_section", elements: [{ type: "text", text: "a" }] },
    ]);
    expect(blockOf(doc(p(), p()))).toBeUndefined();
  });

  it("flattens nested lists and numbers on", () => {
    const d = doc(ol(1, li(p(text("a")), ul(li(p(text("b"))))), li(p(text("c")))));
    expect(elements(d)).toMatchObject([
      { style: "ordered", indent: 0, elements: [{ elements: [{ text: "a" }] }] },
      { style: "bullet", indent: 1 },
      { style: "ordered", indent: 0, offset: 1, elements: [{ elements: [{ text: "c" }] }] },
    ]);
    expect(docOf(blockOf(d) ? [blockOf(d) as { type: string }] : [])).toEqual(d);
  });

  it("knows what is blank", () => {
    expect(isBlank(doc(p(text(" \n"))))).toBe(true);
    expect(isBlank(doc(p({ type: "emoji", attrs: { id: "tada", tone: 0 } })))).toBe(false);
  });
});

/** A seeded source of documents such as the editor makes. */
class Source {
  private state: number;
  constructor(seed: number) {
    this.state = seed;
  }
  next(n: number): number {
    this.state = (this.state * 1664525 + 1013904223) >>> 0;
    return Math.floor((this.state / 2 ** 32) * n);
  }
  pick<T>(items: readonly T[]): T {
    return items[this.next(items.length)] as T;
  }
}

function line(s: Source, depth = 0): DocNode {
  const nodes: DocNode[] = [];
  for (let i = s.next(4); i > 0; i--) nodes.push(...inline(s));
  return p(...merged(depth > 0 ? nodes : nodes.filter((n) => n.type !== "hard_break")));
}

function inline(s: Source): DocNode[] {
  const marks = ["bold", "italic", "strike", "code"].filter(() => s.next(4) === 0);
  const words = s.pick(["a", "b < c & d", "*x*", "ein Wort", "日本"]);
  switch (s.next(7)) {
    case 0:
      return [{ type: "user", attrs: { id: "U1" } }];
    case 1:
      return [{ type: "emoji", attrs: { id: "wave", tone: s.pick([0, 3]) } }];
    case 2: {
      const link: DocMark = { type: "link", attrs: { href: "https://a.example/?b=1&c=2" } };
      return [{ type: "text", text: words, marks: [...marks.map((type) => ({ type })), link] }, text(" ")];
    }
    case 3:
      return [{ type: "hard_break" }];
    case 4:
      return [
        { type: "broadcast", attrs: { id: "here" } },
        { type: "channel", attrs: { id: "C1" } },
      ];
    default:
      return [text(words, ...marks)];
  }
}

/** ProseMirror never has two texts of the same marks side by side. */
function merged(nodes: DocNode[]): DocNode[] {
  const out: DocNode[] = [];
  for (const node of nodes) {
    const last = out.at(-1);
    if (last?.type === "text" && node.type === "text" && JSON.stringify(last.marks) === JSON.stringify(node.marks)) {
      out[out.length - 1] = { ...last, text: `${last.text}${node.text}` };
    } else out.push(node);
  }
  return out;
}

function list(s: Source, depth: number): DocNode {
  const items: DocNode[] = [];
  for (let i = 1 + s.next(3); i > 0; i--) {
    const nested = depth < 3 && s.next(3) === 0 ? [list(s, depth + 1)] : [];
    items.push(li(line(s, 1), ...nested));
  }
  return s.next(2) === 0 ? ul(...items) : ol(1, ...items);
}

function block(s: Source, last: DocNode | undefined): DocNode {
  switch (s.next(6)) {
    case 0:
      return { type: "code_block", content: [text(s.pick(["x = 1\n\ny", "<b>"]))] };
    case 1:
      return { type: "blockquote", content: [line(s), p(text("q")), line(s)] };
    case 2:
    case 3:
      return last?.type.endsWith("list") ? p(text("between")) : list(s, 0);
    default:
      return line(s);
  }
}

describe("round trip", () => {
  it("gives back the document that was sent", () => {
    for (let seed = 1; seed <= 400; seed++) {
      const s = new Source(seed);
      const blocks: DocNode[] = [p(text("first"))];
      for (let i = s.next(6); i > 0; i--) blocks.push(block(s, blocks.at(-1)));
      blocks.push(p(text("last")));
      const d = doc(...blocks);
      const normal = schema.nodeFromJSON(d);
      normal.check();
      const sent = blockOf(d);
      const back = schema.nodeFromJSON(docOf(sent ? [sent] : []));
      back.check();
      expect(back.toJSON(), `seed ${seed}`).toEqual(normal.toJSON());
    }
  });

  it("makes links of addresses, and text of them again", () => {
    const d = doc(
      p(text("see https://a.example/x_(y)). or www.b.example, ada@c.example!"), text("http://no.example", "code")),
    );
    const [section] = elements(d);
    expect(section).toEqual({
      type: "rich_text_section",
      elements: [
        { type: "text", text: "see " },
        { type: "link", url: "https://a.example/x_(y)" },
        { type: "text", text: "). or " },
        { type: "link", url: "http://www.b.example", text: "www.b.example" },
        { type: "text", text: ", " },
        { type: "link", url: "mailto:ada@c.example", text: "ada@c.example" },
        { type: "text", text: "!" },
        { type: "text", text: "http://no.example", style: { code: true } },
      ],
    });
    const back = schema.nodeFromJSON(docOf([blockOf(d) as { type: string }]));
    expect(back.toJSON()).toEqual(d);
  });

  it("reads what other clients write", () => {
    const back = docOf([
      { type: "section" },
      {
        type: "rich_text",
        elements: [
          { type: "rich_text_section", elements: [{ type: "text", text: "intro\n" }] },
          {
            type: "rich_text_list",
            style: "bullet",
            indent: 2,
            elements: [{ type: "rich_text_section", elements: [] }],
          },
          { type: "rich_text_section", elements: [{ type: "date", timestamp: 1, format: "{date}", fallback: "then" }] },
        ],
      } as { type: string },
    ]);
    schema.nodeFromJSON(back).check();
    expect(back).toEqual(doc(p(text("intro")), ul(li(p())), p(text("then"))));
    expect(docOf(undefined)).toEqual(doc(p()));
  });
});

describe("mrkdwn", () => {
  it("says the same as text", () => {
    const d = doc(
      p(text("a < b "), text("bold ", "bold"), { type: "user", attrs: { id: "U1" } }),
      { type: "blockquote", content: [p(text("x")), p(text("y"))] },
      { type: "code_block", content: [text("1 & 2")] },
      ol(2, li(p(text("one")), ul(li(p(text("two")))))),
    );
    expect(mrkdwnOf(elements(d))).toBe("a &lt; b *bold* <@U1>\n&gt; x\n&gt; y\n```\n1 &amp; 2\n```\n2. one\n    ◦ two");
  });

  it("reads a text without blocks", () => {
    const d = docOfText(
      "is with <@U1> in <#C1|general>, see <https://a.example/?b&amp;c|it> :tada: at 10:30:45\n<!here>",
    );
    schema.nodeFromJSON(d).check();
    expect(mrkdwnOf(elements(d))).toBe(
      "is with <@U1> in <#C1>, see <https://a.example/?b&amp;c|it> :tada: at 10:30:45\n<!here>",
    );
  });
});
