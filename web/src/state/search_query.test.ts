import { expect, test } from "vitest";
import { accept, hints, type Sources } from "./search_hints";
import { splitMarks, withoutMarks } from "./search_marks";
import { parse, replaced, termAt, toggled, valuesOf, withOperator, wordsOf } from "./search_query";

test("a query falls into words and operators", () => {
  const terms = parse('budget  "first plan" from:@ada -in:#noise has::eyes: foo:bar during:"last month"');
  expect(terms.map((t) => (t.kind === "words" ? t.text : `${t.negative ? "!" : ""}${t.name}=${t.value}`))).toEqual([
    "budget",
    '"first plan"',
    "from=@ada",
    "!in=#noise",
    "has=:eyes:",
    "foo:bar",
    "during=last month",
  ]);
});

test("half a query is a query too", () => {
  for (const text of ['"open', "from:", "-", ":", '-from:"ada', "   ", ""]) {
    const terms = parse(text);
    for (const t of terms) expect(text.slice(t.start, t.end).trim()).not.toBe("");
  }
});

test("filters are set and taken away without touching the words", () => {
  let query = 'plan "a b" from:@ada';
  query = toggled(query, "has", "file");
  query = withOperator(query, "from", ["me"]);
  expect(query).toBe('plan "a b" has:file from:me');
  expect(valuesOf(query, "has")).toEqual(["file"]);
  expect(wordsOf(toggled(query, "has", "file"))).toBe('plan "a b"');
  expect(withOperator("-from:@bot x", "from", [])).toBe("-from:@bot x");
  expect(valuesOf(withOperator("x", "during", ["this week"]), "during")).toEqual(["this week"]);
});

test("the term at the caret", () => {
  expect(termAt("plan from:ad", 12)).toMatchObject({ kind: "operator", name: "from", value: "ad" });
  expect(termAt("plan from:ad", 4)).toMatchObject({ kind: "words", text: "plan" });
  expect(termAt("plan ", 5)).toBeUndefined();
  expect(replaced("plan fr x", termAt("plan fr x", 7), "from:")).toEqual({ query: "plan from:x", caret: 10 });
});

const sources: Sources = {
  people: (text) =>
    [
      { id: "U1", handle: "ada", label: "Ada Love" },
      { id: "U2", handle: "grace", label: "Grace Hop" },
    ].filter((p) => p.handle.startsWith(text)),
  channels: (text) => [{ id: "C1", name: "plans" }].filter((c) => c.name.startsWith(text)),
};

test("hints follow what is written", () => {
  expect(hints("fr", 2, sources)).toEqual([{ kind: "operator", name: "from" }]);
  expect(hints("from:@a", 7, sources).map((h) => (h.kind === "operator" ? h.name : h.value))).toEqual(["@ada"]);
  expect(hints("from:", 5, sources).map((h) => (h.kind === "operator" ? h.name : h.value))).toEqual([
    "me",
    "@ada",
    "@grace",
  ]);
  expect(hints("in:pl", 5, sources)).toMatchObject([{ kind: "channel", value: "#plans" }]);
  expect(hints("has:", 4, sources)).toHaveLength(5);
  expect(hints("plan ", 5, sources)).toEqual([]);
});

test("a hint that is taken stands in the term's place", () => {
  expect(accept("plan -fr", 8, { kind: "operator", name: "from" })).toEqual({ query: "plan -from:", caret: 11 });
  expect(accept("from:@a", 7, { kind: "person", name: "from", id: "U1", value: "@ada", label: "Ada" })).toEqual({
    query: "from:@ada ",
    caret: 10,
  });
  expect(accept("before:", 7, { kind: "value", name: "before", value: "this week" }).query).toBe('before:"this week" ');
});

test("marks cut a text into runs", () => {
  const text = "the \uE000plan\uE001 of \uE000plans\uE001";
  expect(splitMarks(text)).toEqual([
    { text: "the ", mark: false },
    { text: "plan", mark: true },
    { text: " of ", mark: false },
    { text: "plans", mark: true },
  ]);
  expect(withoutMarks(text)).toBe("the plan of plans");
  expect(splitMarks("\uE000open")).toEqual([{ text: "open", mark: true }]);
});
