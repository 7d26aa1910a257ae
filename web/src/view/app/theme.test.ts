// @vitest-environment happy-dom
import { signal } from "@preact/signals-core";
import { expect, test } from "vitest";
import { Theme } from "../../state/theme";
import { Device } from "../../testing/platform";
import { watchTheme } from "./theme";

test("the page has the kept theme at once, and follows the choice", () => {
  const shelf = new Device().storage();
  shelf.setItem("taut.theme", "dark");
  shelf.setItem("taut.accent", "green");
  const theme = new Theme(shelf, signal(false));
  watchTheme(theme);
  const { dataset, style } = document.documentElement;
  const shown = () => [dataset.theme, style.getPropertyValue("--accent-hue")];
  expect(shown()).toEqual(["dark", "150"]);
  theme.choose("system");
  theme.chooseAccent("rose");
  expect(shown()).toEqual([undefined, "0"]);
});
