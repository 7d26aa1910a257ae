// @vitest-environment happy-dom

import { signal } from "@preact/signals-core";
import { expect, it, vi } from "vitest";
import type { ListState } from "./list_state";
import { openAtNew, toNews } from "./opening";
import { ScrollControl } from "./scroll";

/** A list of which what is new is above what is loaded. */
function stage(load: (newAbove: { value: boolean }) => void) {
  const newAbove = signal(true);
  const firstNew = signal<string | undefined>(undefined);
  const jumpToLatest = vi.fn(async () => {});
  const jumpTo = vi.fn(async () => load(newAbove));
  const newFrom = signal("1760000000.000100");
  const state = {
    newAbove,
    firstNew,
    newFrom,
    passed: false,
    opening: false,
    openings: 0,
    timeline: { jumpTo, jumpToLatest },
  };
  const list = state as unknown as ListState;
  const run = () => toNews(list, new ScrollControl());
  return { state, list, run, jumpToLatest };
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

it("sees nothing while a later way to what is new goes on", async () => {
  const { list } = stage(() => {});
  const look = vi.fn();
  const first = openAtNew(list, new ScrollControl(), look);
  const later = openAtNew(list, new ScrollControl(), look);
  await first;
  expect([list.opening, look.mock.calls.length]).toEqual([true, 0]);
  await later;
  expect([list.opening, look.mock.calls.length]).toEqual([false, 1]);
});
