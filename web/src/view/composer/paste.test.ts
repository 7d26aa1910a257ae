// @vitest-environment happy-dom
import { expect, test } from "vitest";
import type { RichElement } from "../../text/nodes";
import { blockOf } from "../../text/serialize";
import { mrkdwnOf } from "../../text/serialize_mrkdwn";
import { markdownDoc } from "./markdown_doc";
import { htmlDoc } from "./paste";
import { schema } from "./schema";

function pasted(text: string): string {
  const doc = markdownDoc(text);
  schema.nodeFromJSON(doc).check();
  return mrkdwnOf(blockOf(doc)?.elements ?? []);
}

test.each([
  ["two\nlines  with   spaces", "two\nlines  with   spaces"],
  ["# Heading\n\ntext", "*Heading*\n\ntext"],
  ["- a\n  - b\n- c", "• a\n    ◦ b\n• c"],
  ["1. a\n2. b\n   - c", "1. a\n2. b\n    ◦ c"],
  ["- a\n1. b", "• a\n1. b"],
  ["```js\nlet *a*\n```\nx", "```\nlet *a*\n```\nx"],
  ["```\nnever closed", "```\nnever closed"],
  ["> a\n> b\nc", "&gt; a\n&gt; b\nc"],
  ["**b** ~~s~~ _i_ `c` [l](https://e.com)", "*b* ~s~ _i_ `c` <https://e.com|l>"],
  ["snake_case_name *args **kwargs", "snake_case_name *args **kwargs"],
  ["[x](javascript:y)", "[x](javascript:y)"],
])("pasted text %#", (text, said) => {
  expect(pasted(text)).toBe(said);
});

function page(html: string): readonly RichElement[] {
  const doc = htmlDoc(html);
  schema.nodeFromJSON(doc).check();
  return blockOf(doc)?.elements ?? [];
}

test("pages keep what messages can say", () => {
  const said = mrkdwnOf(
    page(
      `<h2>Head</h2><p>Some <b>bold</b>, <a href="https://x.y/">link</a> and <a href="javascript:z">none</a></p>
       <table><tr><td>1</td><td>2</td></tr></table><ul><li>x<ul><li>y</li></ul></li></ul><pre>code\n  in</pre><script>alert(1)</script>`,
    ),
  );
  expect(said).toBe("*Head*\nSome *bold*, <https://x.y/|link> and none\n1 | 2\n• x\n    ◦ y\n```\ncode\n  in\n```");
});
