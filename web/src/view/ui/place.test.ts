import { expect, test } from "vitest";
import { place } from "./place";

const window = { width: 1000, height: 800 };
const anchor = { left: 400, top: 300, width: 100, height: 30 };

test("a box goes to the wanted side", () => {
  expect(place(anchor, { width: 200, height: 100 }, window, "bottom-start", 4)).toEqual({
    left: 400,
    top: 334,
    side: "bottom",
  });
  expect(place(anchor, { width: 200, height: 100 }, window, "top-end", 4)).toEqual({
    left: 300,
    top: 196,
    side: "top",
  });
  expect(place(anchor, { width: 200, height: 100 }, window, "right", 4)).toEqual({
    left: 504,
    top: 265,
    side: "right",
  });
});

test("without room it goes to the other side", () => {
  const low = { ...anchor, top: 750 };
  expect(place(low, { width: 200, height: 100 }, window, "bottom", 4).side).toBe("top");
});

test("it never leaves the window", () => {
  for (const left of [0, 990]) {
    for (const top of [0, 790]) {
      const p = place({ left, top, width: 10, height: 10 }, { width: 300, height: 300 }, window, "bottom-start", 4);
      expect(p.left).toBeGreaterThanOrEqual(8);
      expect(p.top).toBeGreaterThanOrEqual(8);
      expect(p.left + 300).toBeLessThanOrEqual(992);
      expect(p.top + 300).toBeLessThanOrEqual(792);
    }
  }
});
