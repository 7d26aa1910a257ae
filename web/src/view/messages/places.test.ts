// @vitest-environment happy-dom

import type { CacheSnapshot } from "virtua";
import { expect, test } from "vitest";
import { Places } from "./places";

const measured = (n: number) => [[n], 40] as unknown as CacheSnapshot;

test("the heights of rows hold for these rows in this width, and for no others", () => {
  const places = new Places();
  places.keepHeights("C1", ["1", "2", "3"], measured(1));
  expect(places.heights("C1", ["1", "2", "3"])).toEqual(measured(1));
  expect(places.heights("C1", ["1", "2", "3", "4"])).toBeUndefined();
  expect(places.heights("C1", ["0", "2", "3"])).toBeUndefined();
  expect(places.heights("C1", ["1", "2", "4"])).toBeUndefined();
  expect(places.heights("C2", ["1", "2", "3"])).toBeUndefined();
  window.innerWidth += 100;
  expect(places.heights("C1", ["1", "2", "3"])).toBeUndefined();
});

test("those of the lists that were left last are kept", () => {
  const places = new Places();
  for (let n = 0; n < 100; n++) {
    places.keepHeights(`C${n}`, ["1"], measured(n));
    places.leave(`C${n}`, { key: "1", offset: n });
  }
  expect(places.heights("C0", ["1"])).toBeUndefined();
  expect(places.heights("C99", ["1"])).toEqual(measured(99));
  expect(places.take("C0")).toEqual({ key: "1", offset: 0 });
  places.leave("C0", undefined);
  expect(places.take("C0")).toBeUndefined();
});
