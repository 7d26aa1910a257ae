import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { processorMs } from "../testing/cost";
import { parseMrkdwn, parsePlain } from "./mrkdwn";

interface Case {
  readonly text: string;
  readonly elements: unknown;
}

// The same file is read by the server's tests.
const cases: Case[] = JSON.parse(readFileSync(new URL("./testdata/mrkdwn.json", import.meta.url), "utf8"));

describe("parseMrkdwn", () => {
  it.each(cases)("reads $text as the server does", ({ text, elements }) => {
    expect(parseMrkdwn(text)).toEqual(elements);
  });

  it("takes linear time over hostile text", () => {
    for (const piece of ["*", "_*~", "<", "<<@U", "`a", "```", ":a", "&gt;", "• ", "*a_b~c", "<!date^1^"]) {
      expect(
        processorMs(() => parseMrkdwn(piece.repeat(10_000))),
        piece,
      ).toBeLessThan(1_000);
    }
  });

  it("shows a text that is too long without styles", () => {
    const [section] = parseMrkdwn("*a* ".repeat(20_000));
    expect(section?.elements).toHaveLength(1);
  });

  it("reads plain text with entities alone", () => {
    expect(parsePlain("*a* <@U1A>\n```b``` :c: &lt;")).toEqual([
      {
        type: "rich_text_section",
        elements: [
          { type: "text", text: "*a* " },
          { type: "user", user_id: "U1A" },
          { type: "text", text: "\n```b``` " },
          { type: "emoji", name: "c" },
          { type: "text", text: " <" },
        ],
      },
    ]);
    expect(parsePlain("")).toEqual([]);
  });
});
