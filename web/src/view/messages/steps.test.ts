import { describe, expect, it } from "vitest";
import { type Named, nextStep, type Step } from "./steps";

/** "b" is "B" once the server has it. */
const named = (keys: string): Named<string> => ({ keys: [...keys], names: [...keys.toLowerCase()] });
const start = (keys: string): Step<string> => ({ ...named(keys), shift: false, epoch: 0 });
const walk = (from: string, to: string) => {
  const target = named(to);
  const out: string[] = [];
  for (let step = start(from), i = 0; step.keys !== target.keys && i < 5; i++) {
    step = nextStep(step, target);
    out.push(`${step.keys.join("")}${step.shift ? "<" : ">"}${step.epoch}`);
  }
  return out;
};

describe("nextStep", () => {
  it.each([
    ["", "abc", ["abc>0"]],
    ["abc", "abcd", ["abcd>0"]],
    ["abc", "xyabc", ["xyabc<0"]],
    ["abc", "xabcd", ["xabc<0", "xabcd>0"]],
    ["abcdef", "defgh", ["def<0", "defgh>0"]],
    ["abcdef", "xyabc", ["xyabcdef<0", "xyabc>0"]],
    ["abc", "abX", ["abX>0"]],
    ["abc", "abC", ["abC>0"]],
    ["a", "A", ["A>0"]],
    ["abc", "xabC", ["xabc<0", "xabC>0"]],
    ["abc", "ac", ["ac>0"]],
    ["abc", "xyz", ["xyz>1"]],
    ["abc", "", [">1"]],
  ])("%s to %s", (from, to, want) => {
    expect(walk(from, to)).toEqual(want);
  });
});
