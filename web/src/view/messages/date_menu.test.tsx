// @vitest-environment happy-dom
import { afterEach, expect, it, vi } from "vitest";
import type { Timeline } from "../../state/timeline";
import { type Drawn, draw, fakeWorkspace } from "../../testing/stage";
import { DateMenu } from "./date_menu";

let drawn: Drawn | undefined;
afterEach(() => {
  drawn?.undo();
  vi.unstubAllEnvs();
});

it("today can be chosen east of Greenwich in the morning", () => {
  vi.stubEnv("TZ", "Asia/Tokyo");
  const w = fakeWorkspace();
  Object.assign(w.platform.clock, { now: () => Date.parse("2026-07-25T23:00:00Z") });
  const close = () => {};
  drawn = draw(
    <DateMenu anchor={document.body} timeline={{} as Timeline} onShow={close} onLatest={close} onClose={close} />,
    w,
  );
  expect(document.querySelector("input[type=date]")?.getAttribute("max")).toBe("2026-07-26");
});
