// @vitest-environment happy-dom

import type { VirtualizerHandle } from "virtua";
import { expect, test } from "vitest";
import { settle } from "../../testing/platform";
import { ScrollControl } from "./scroll";

/** A list of rows of 50 pixels in a window of 200, each of which may turn out higher. */
function stage() {
  const control = new ScrollControl();
  const sizes = Array<number>(40).fill(50);
  const scroller = { scrollTop: 0, clientHeight: 200, scrollHeight: 2_000 };
  control.scroller.current = scroller as HTMLDivElement;
  control.list.current = {
    getItemSize: (i: number) => sizes[i],
    getItemOffset: (i: number) => sizes.slice(0, i).reduce((sum, size) => sum + size, 0),
    findItemIndex: () => 0,
  } as unknown as VirtualizerHandle;
  control.keys = sizes.map((_, i) => `m${i}`);
  const grow = async (i: number, by: number) => {
    sizes[i] = (sizes[i] ?? 0) + by;
    control.resized();
    await settle();
  };
  const wheel = (by: number) => {
    control.touched({ type: "wheel" } as Event);
    scroller.scrollTop += by;
  };
  return { control, scroller, grow, wheel };
}

test("what was led to stays in place while rows above it turn out higher", async () => {
  const { control, scroller, grow } = stage();
  expect(control.to("m10", "center")).toBe(true);
  expect(scroller.scrollTop).toBe(500 - 75);
  await grow(3, 30);
  expect(scroller.scrollTop).toBe(530 - 75);
  expect(control.to("m20", "start", -80)).toBe(true);
  expect(scroller.scrollTop).toBe(1_030 - 80);
  expect(control.to("nobody", "start")).toBe(false);
});

test("a turn of the wheel right after a jump is the person's own, whatever grows afterwards", async () => {
  const { control, scroller, grow, wheel } = stage();
  control.to("m10", "center");
  wheel(200);
  await grow(3, 30);
  expect(scroller.scrollTop).toBe(425 + 200);
  expect(control.takenFrom).toBe("m10");
  control.to("m12", "start");
  expect(control.takenFrom).toBeUndefined();
});
