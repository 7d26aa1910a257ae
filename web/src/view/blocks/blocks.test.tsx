// @vitest-environment happy-dom
import { afterEach, describe, expect, it } from "vitest";
import { type Drawn, draw } from "../../testing/stage";
import { parseMrkdwn } from "../../text/mrkdwn";
import { toTree } from "../../text/rich_text";
import { Attachments } from "./attachments";
import { Blocks } from "./blocks";
import { fitBox } from "./picture";
import { RichText } from "./rich_text";

let drawn: Drawn | undefined;
afterEach(() => drawn?.undo());

const show = (what: Parameters<typeof draw>[0]) => {
  drawn = draw(what);
  return drawn;
};
const text = (markup: string) =>
  show(<RichText nodes={toTree(parseMrkdwn(markup))} />).html.replace(/^<div>|<\/div>$/g, "");

describe("markup is drawn", () => {
  it.each([
    ["plain", "<p>plain</p>"],
    ["*b* _i_ ~s~ `c`", "<p><strong>b</strong> <em>i</em> <s>s</s> <code>c</code></p>"],
    ["*_both_*", "<p><strong><em>both</em></strong></p>"],
    ["<https://example.com|label>", '<p><a href="https://example.com">label</a></p>'],
    ["<ftp://example.com|label>", "<p>label</p>"],
    [
      "<https://evil.example|https://bank.com>",
      '<p><a href="https://evil.example">https://bank.com (evil.example)</a></p>',
    ],
    ["<https://evil.example|\u202emoc.knab>", '<p><a href="https://evil.example">moc.knab (evil.example)</a></p>'],
    [
      "<@U1A> and <@U2B>",
      '<p><a href="/client/side:type:profile,user:U1A">@ada</a> and <a href="/client/side:type:profile,user:U2B">@ben</a></p>',
    ],
    ["<#C1A>", '<p><a href="/client/main:type:channel,channel:C1A">#general</a></p>'],
    ["<!here>", "<p>@here</p>"],
    ["&gt; q\n&gt; r\nx", "<blockquote><p>q\nr</p></blockquote><p>x</p>"],
    ["• a\n    ◦ b\n• c", "<ul><li>a<ul><li>b</li></ul></li><li>c</li></ul>"],
    ["&lt;b&gt;no&lt;/b&gt; &amp;amp;", "<p>&lt;b&gt;no&lt;/b&gt; &amp;amp;</p>"],
  ])("%s", (markup, html) => {
    expect(text(markup)).toBe(html);
  });

  it("as code, with a button that copies it", () => {
    const { root } = show(<RichText nodes={toTree(parseMrkdwn("```\n<b>x</b>\n*y*\n```"))} />);
    expect(root.querySelector("pre")?.textContent).toBe("<b>x</b>\n*y*");
    expect(root.querySelector("button")?.getAttribute("aria-label")).toBe("Copy code");
  });

  it("with links that tell strangers nothing and cannot reach back", () => {
    const link = show(<RichText nodes={toTree(parseMrkdwn("<https://example.com>"))} />).root.querySelector("a");
    expect([link?.target, link?.rel]).toEqual(["_blank", "noopener noreferrer"]);
  });
});

const plainText = (s: string) => ({ type: "plain_text", text: s });
const mrkdwn = (s: string) => ({ type: "mrkdwn", text: s });

describe("Block Kit is drawn", () => {
  it.each([
    ["header", { type: "header", text: plainText("A *title*") }, "<h3>A *title*</h3>"],
    ["divider", { type: "divider" }, "<hr>"],
    ["section", { type: "section", text: mrkdwn("*b*") }, "<div><div><div><p><strong>b</strong></p></div></div></div>"],
    ["plain section", { type: "section", text: plainText("*b*") }, "<div><div><div><p>*b*</p></div></div></div>"],
    ["context", { type: "context", elements: [mrkdwn("_c_")] }, "<div><div><p><em>c</em></p></div></div>"],
    [
      "a link button",
      { type: "actions", elements: [{ type: "button", text: plainText("Go"), url: "https://example.com" }] },
      '<div><a href="https://example.com" aria-label="Go">Go</a></div>',
    ],
    ["markdown", { type: "markdown", text: "**b**" }, "<div><p><strong>b</strong></p></div>"],
    ["what is unknown", { type: "hologram" }, "<p>This part of the message (hologram) can't be shown here.</p>"],
  ])("%s", (_, block, html) => {
    expect(show(<Blocks blocks={[block]} />).html).toBe(`<div>${html}</div>`);
  });

  it("tables", () => {
    const cell = (s: string) => ({ type: "raw_text", text: s });
    const { root } = show(<Blocks blocks={[{ type: "table", rows: [[cell("a"), cell("b")], [cell("1")]] }]} />);
    expect([...root.querySelectorAll("th, td")].map((c) => `${c.tagName} ${c.textContent}`)).toEqual([
      "TH a",
      "TH b",
      "TD 1",
      "TD ",
    ]);
  });

  it("and says what only an app could answer", () => {
    const block = { type: "actions", elements: [{ type: "button", text: plainText("Do"), action_id: "x" }] };
    expect(
      show(<Blocks blocks={[block]} />)
        .root.querySelector("button")
        ?.getAttribute("aria-disabled"),
    ).toBe("true");
    drawn?.undo();
    const done: string[] = [];
    const { root } = show(<Blocks blocks={[block]} onAction={(a) => done.push(a.action)} />);
    root.querySelector("button")?.click();
    expect(done).toEqual(["x"]);
  });
});

/** Everything that a message may try, in every place where it may stand. */
const evil = [
  "javascript:alert(1)",
  "JaVaScRiPt:alert(1)",
  "data:text/html,<script>alert(1)</script>",
  "vbscript:x",
  " javascript:x",
  "//evil.example/x",
];
const tag = "<img src=x onerror=alert(1)><script>alert(1)</script>";

describe("nothing that a message holds runs", () => {
  it("in blocks", () => {
    for (const url of evil) {
      const { root } = show(
        <Blocks
          blocks={[
            {
              type: "section",
              text: mrkdwn(`<${url}|${tag}> ${tag}`),
              accessory: { type: "image", image_url: url, alt_text: tag },
            },
            { type: "header", text: plainText(tag) },
            {
              type: "actions",
              elements: [
                { type: "button", text: plainText(tag), url },
                { type: "overflow", options: [{ text: plainText(tag), url }] },
              ],
            },
            { type: "image", image_url: url, alt_text: tag, title: plainText(tag) },
            { type: "video", title: plainText(tag), video_url: url, title_url: url, thumbnail_url: url, alt_text: tag },
            {
              type: "rich_text",
              elements: [
                {
                  type: "rich_text_section",
                  elements: [
                    { type: "link", url, text: tag },
                    { type: "text", text: tag },
                    { type: "color", value: "red;background:url(//x)" },
                  ],
                },
              ],
            },
            { type: "markdown", text: `[x](${url}) ${tag}` },
            { type: "context", elements: [{ type: "image", image_url: url, alt_text: tag }] },
          ]}
        />,
      );
      expectHarmless(root);
      drawn?.undo();
    }
  });

  it("in attachments", () => {
    for (const url of evil) {
      const { root } = show(
        <Attachments
          attachments={[
            {
              title: tag,
              title_link: url,
              text: `<${url}>${tag}`,
              author_name: tag,
              author_link: url,
              author_icon: url,
              image_url: url,
              thumb_url: url,
              color: "red;}",
              footer: tag,
              footer_icon: url,
              fields: [{ title: tag, value: tag }],
              service_name: tag,
            },
            { is_msg_unfurl: true, from_url: url, text: tag, ts: "1" },
          ]}
        />,
      );
      expectHarmless(root);
      drawn?.undo();
    }
  });

  it("whatever its shape", () => {
    const junk: unknown[] = [
      null,
      1,
      "x",
      [],
      {},
      { type: {} },
      { type: "section", text: 7 },
      { type: "section", text: { type: "mrkdwn", text: {} } },
      { type: "actions", elements: "x" },
      { type: "table", rows: [null, [null, 7]] },
      {
        type: "rich_text",
        elements: [{ type: "rich_text_list", elements: [{ elements: [{ type: "text", text: [] }] }] }],
      },
      { type: "input", element: {} },
      { type: "image" },
      { type: "video" },
      { type: "context", elements: [{}, null] },
    ];
    expect(() => show(<Blocks blocks={junk} />)).not.toThrow();
    drawn?.undo();
    expect(() =>
      show(
        <Attachments
          attachments={[
            ...junk,
            { title: {}, fields: 7, ts: {}, image_url: [], blocks: junk, message_blocks: [null], is_share: true },
          ]}
        />,
      ),
    ).not.toThrow();
  });

  it("however deep it is nested", () => {
    let deep: unknown = { type: "text", text: "x" };
    for (let i = 0; i < 5_000; i++) deep = { type: "rich_text_list", style: "bullet", indent: i, elements: [deep] };
    const lists = Array.from({ length: 500 }, (_, i) => ({
      type: "rich_text_list",
      style: "bullet",
      indent: i,
      elements: [{ type: "rich_text_section", elements: [{ type: "text", text: "x" }] }],
    }));
    const { root } = show(
      <Blocks
        blocks={[
          { type: "rich_text", elements: [deep] },
          { type: "rich_text", elements: lists },
        ]}
      />,
    );
    let depth = 0;
    for (let at = root.querySelector("ul"); at; at = at.querySelector("ul")) depth++;
    expect(depth).toBeLessThan(12);
  });
});

function expectHarmless(root: HTMLElement): void {
  expect(root.querySelector("script, iframe, object, embed, [onerror], [onclick], [onload]")).toBeNull();
  for (const link of root.querySelectorAll("[href]"))
    expect(link.getAttribute("href")).toMatch(/^(https?:|mailto:|\/client)/);
  for (const image of root.querySelectorAll("[src]")) expect(image.getAttribute("src")).toMatch(/^\/(?!\/)/);
}

describe("fitBox", () => {
  it.each([
    [8000, 200, 400, 48],
    [200, 8000, 48, 320],
    [1600, 1000, 400, 250],
    [100, 80, 100, 80],
    [10, 10, 48, 48],
    [0, 0, 400, 209],
  ])("%dx%d", (w, h, width, height) => {
    expect(fitBox(w, h, { width: 400, height: 320 })).toEqual({ width, height });
  });
});
