import { expect, test } from "vitest";
import { fold, match } from "./fuzzy";

function order(query: string, ...texts: string[]): string[] {
  return texts
    .map((text) => ({ text, m: match(fold(query).plain, fold(text)) }))
    .filter((x) => x.m)
    .sort((a, b) => (b.m?.score ?? 0) - (a.m?.score ?? 0))
    .map((x) => x.text);
}

test("the beginning of the text is better than of a word, and that than the middle", () => {
  expect(order("des", "undesired", "team-design", "design")).toEqual(["design", "team-design", "undesired"]);
});

test("the shorter text is better, and the whole one best", () => {
  expect(order("dev", "development", "dev", "dev-ops")).toEqual(["dev", "dev-ops", "development"]);
});

test("initials find a name, and the letters are marked", () => {
  expect(match("mh", fold("Maren Holt"))?.ranges).toEqual([
    [0, 1],
    [6, 7],
  ]);
  expect(match("jo", fold("Ada Jonas"))?.ranges).toEqual([[4, 6]]);
});

test("accents and capitals don't matter, and the marks stay in place", () => {
  expect(match(fold("ines").plain, fold("Inès Müller"))?.ranges).toEqual([[0, 4]]);
  expect(match(fold("MÜL").plain, fold("Inès Müller"))?.ranges).toEqual([[5, 8]]);
  expect(fold("Straße ﬁ").plain).toHaveLength("Straße ﬁ".length);
});

test("letters that are not there, or lie about by chance, are no match", () => {
  expect(match("xyz", fold("design"))).toBeUndefined();
  expect(match("tmrw", fold("the long summer of rewriting"))).toBeUndefined();
});

test("nothing typed matches everything", () => {
  expect(match("", fold("anything"))?.ranges).toEqual([]);
});
