import { describe, expect, it } from "vitest";
import { ApiError } from "../net/api";
import { FakeRemote, Refusal } from "../testing/fake_remote";
import { messageLinks, Quoted } from "./quoted";
import type { Workspace } from "./workspace";

const here = "https://taut.example";
const settled = () => new Promise((done) => setTimeout(done, 0));

describe("messageLinks", () => {
  it.each([
    [`see <${here}/archives/C1/p1700000000000100>`, [{ channel: "C1", ts: "1700000000.000100" }]],
    [
      `<${here}/archives/C1/p1700000000000100?thread_ts=1600000000.000100&amp;cid=C1|this>`,
      [{ channel: "C1", ts: "1700000000.000100", thread: "1600000000.000100" }],
    ],
    ["<https://elsewhere.example/archives/C1/p1700000000000100>", []],
    [`<${here}/archives/C1>`, []],
    [`${here}/archives/C1/p1700000000000100`, []],
    ["", []],
  ])("%s", (text, links) => {
    expect(messageLinks(text, here)).toEqual(links);
  });

  it("gives each once, and few", () => {
    const link = (n: number) => `<${here}/archives/C1/p170000000000010${n}>`;
    expect(messageLinks([0, 0, 1, 2, 3, 4].map(link).join(" "), here)).toHaveLength(3);
  });
});

describe("a quoted message", () => {
  const link = { channel: "C1", ts: "1.000000" };
  const quoted = (answer: () => unknown) => {
    const api = new FakeRemote({ "conversations.history": answer });
    return { api, quotes: new Quoted({ api } as unknown as Workspace) };
  };

  it("is asked for once", async () => {
    const { api, quotes } = quoted(() => ({ messages: [{ ts: "1.000000", text: "hi" }] }));
    const quote = quotes.of(link);
    expect(quotes.of(link)).toBe(quote);
    expect(quote.value).toEqual({ state: "wait" });
    await settled();
    expect(quote.value).toEqual({ state: "ready", message: { ts: "1.000000", text: "hi" } });
    expect(api.asked).toHaveLength(1);
  });

  it("that could not be asked for is asked for again", async () => {
    let isDown = true;
    const { api, quotes } = quoted(() => {
      if (isDown) throw new ApiError("no_answer");
      return { messages: [{ ts: "1.000000", text: "hi" }] };
    });
    const quote = quotes.of(link);
    await settled();
    quotes.refresh();
    await settled();
    expect([quote.value, api.asked.length]).toEqual([{ state: "wait" }, 2]);
    isDown = false;
    quotes.refresh();
    await settled();
    expect(quote.value).toMatchObject({ state: "ready" });
    quotes.refresh();
    expect(api.asked).toHaveLength(3);
  });

  it("is gone where the person may not read it, and where another stands in its place", async () => {
    const refused = quoted(() => {
      throw new Refusal("channel_not_found");
    }).quotes.of(link);
    const other = quoted(() => ({ messages: [{ ts: "0.900000", text: "no" }] })).quotes.of(link);
    await settled();
    expect([refused.value, other.value]).toEqual([{ state: "gone" }, { state: "gone" }]);
  });
});
