// @vitest-environment happy-dom

import { signal } from "@preact/signals-core";
import { expect, it, vi } from "vitest";
import type { ListState } from "./list_state";
import { toNews } from "./opening";
import { ScrollControl } from "./scroll";

/** A list of which what is new is above what is loaded. */
function stage(load: (newAbove: { value: boolean }) => void) {
  const newAbove = signal(true);
  const firstNew = signal<string | undefined>(undefined);
  const jumpToLatest = vi.fn(async () => {});
  const jumpTo = vi.fn(async () => load(newAbove));
  const newFrom = signal("1760000000.000100");
  const state = { newAbove, firstNew, newFrom, passed: false, timeline: { jumpTo, jumpToLatest } };
  const run = () => toNews(state as unknown as ListState, new ScrollControl());
  return { state, run, jumpToLatest };
}

it("stays where it is when what is new can't be loaded: that is not read", async () => {
  const { state, run, jumpToLatest } = stage(() => {});
  await run();
  expect([state.passed, jumpToLatest.mock.calls.length]).toEqual([false, 0]);
});

it("goes to the end where nothing is new any more", async () => {
  const { state, run, jumpToLatest } = stage((newAbove) => {
    newAbove.value = false;
  });
  await run();
  expect([state.passed, jumpToLatest.mock.calls.length]).toEqual([true, 1]);
});
