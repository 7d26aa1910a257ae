// @vitest-environment happy-dom
import { act } from "react";
import { afterEach, describe, expect, it } from "vitest";
import { type Drawn, draw, markup } from "../../testing/stage";
import type { Message } from "../../wire/objects";
import { Body } from "../messages/body";

let drawn: Drawn | undefined;
afterEach(() => drawn?.undo());

const body = (message: Partial<Message>) => (
  <Body message={{ ts: "1760000000.000100", user: "U2B", text: "", ...message } as Message} />
);
const show = (message: Partial<Message>) => {
  drawn = draw(body(message));
  return drawn.root;
};
/** How many elements a message has at first, and whether there is more of it. */
const first = (message: Partial<Message>) => {
  const html = markup(body(message));
  return { elements: html.match(/<[a-z]/g)?.length ?? 0, more: html.includes(">Show more<") };
};
const more = (root: HTMLElement) => [...root.querySelectorAll("button")].find((b) => b.textContent === "Show more");
/** As long as it takes for the whole to be far beyond the bounds: all of it is read, and that is what costs. */
const fill = (piece: string, length = 12_000) => piece.repeat(Math.ceil(length / piece.length)).slice(0, length);

/** No message draws more than this before somebody asks for it. */
const maxElements = 1_500;

const hostile = [
  "&gt; a\nb\n",
  "&gt; a\n",
  "```a```\n",
  "```<https://a.b>```",
  "• a\n",
  "• a\n    ◦ b\n",
  "*a* ",
  "*_~a~_* ",
  "`a` ",
  ":a:",
  "<@U1A>",
  "<#C1A>",
  "<!here>",
  "<https://a.b|c>",
  "<!date^1^{date}|x>",
  "#ffffff ",
  "a\n",
  "\n\n",
  "word ",
  "w",
];

describe("a message of 12,000 characters", () => {
  it.each(hostile)("of %j draws its first part", (piece) => {
    const { elements, more } = first({ text: fill(piece) });
    expect(elements).toBeLessThan(maxElements);
    expect(more).toBe(true);
  });

  const mrkdwn = (text: string) => ({ type: "mrkdwn", text });
  it.each([
    ["sections", Array.from({ length: 10 }, () => ({ type: "section", text: mrkdwn(fill("*a* ", 3_000)) }))],
    [
      "fields",
      Array.from({ length: 4 }, () => ({
        type: "section",
        fields: Array.from({ length: 10 }, () => mrkdwn(fill("• a\n", 400))),
      })),
    ],
    [
      "a table",
      [{ type: "table", rows: Array.from({ length: 100 }, () => Array(20).fill({ type: "raw_text", text: "a" })) }],
    ],
    ["markdown", [{ type: "markdown", text: fill("- a\n", 12_000) }]],
    [
      "choices",
      Array.from({ length: 15 }, () => ({
        type: "actions",
        elements: [{ type: "checkboxes", options: Array(100).fill({ text: mrkdwn("*a* *a*"), value: "x" }) }],
      })),
    ],
    [
      "rich text",
      [
        {
          type: "rich_text",
          elements: Array(5_000).fill({ type: "rich_text_quote", elements: [{ type: "text", text: "a" }] }),
        },
      ],
    ],
  ])("in %s too", (_, blocks) => {
    const { elements, more } = first({ blocks: blocks as Message["blocks"] });
    expect(elements).toBeLessThan(2 * maxElements);
    expect(more).toBe(true);
  });

  it.each([
    ["text", Array(20).fill({ text: fill("*a* ", 1_000) })],
    ["fields", [{ fields: Array(100).fill({ title: "a", value: fill(":a: ", 200) }) }]],
    ["titles", Array(20).fill({ title: fill(":a:", 1_000) })],
    ["blocks", Array(20).fill({ blocks: [{ type: "section", text: mrkdwn(fill("*a* ", 1_000)) }] })],
  ])("in attachments' %s too", (_, attachments) => {
    expect(first({ attachments }).elements).toBeLessThan(2 * maxElements);
  });

  it("shows all of it to who asks for more, in steps that grow", () => {
    const root = show({ text: Array.from({ length: 2_000 }, (_, i) => `line ${i}`).join("\n") });
    expect(root.textContent).toContain("line 99");
    expect(root.textContent).not.toContain("line 1999");
    let steps = 0;
    for (let button = more(root); button !== undefined; button = more(root)) {
      act(() => button?.click());
      steps++;
    }
    expect(root.textContent).toContain("line 1999");
    expect(steps).toBe(3);
  });

  it("stays as open as it was when its row comes back", () => {
    const text = Array.from({ length: 200 }, (_, i) => `row ${i}`).join("\n");
    const button = more(show({ text }));
    act(() => button?.click());
    drawn?.undo();
    expect(show({ text }).textContent).toContain("row 199");
  });
});

describe("an ordinary message", () => {
  it.each([
    ["4,000 characters", fill("some words in a line. ", 4_000)],
    [
      "forty lines of code",
      `\`\`\`${Array.from({ length: 40 }, () => "const answer = await question();").join("\n")}\`\`\``,
    ],
    ["a list of fifty", fill("• an item\n", 50 * 10)],
  ])("of %s is shown whole", (_, text) => {
    expect(first({ text }).more).toBe(false);
  });
});
