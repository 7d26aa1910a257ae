import { effect } from "@preact/signals-core";
import { accentHues, type Theme } from "../../state/theme";

/** The page has the chosen colours before anything is drawn on it. */
export function watchTheme({ choice, accent }: Theme): void {
  const { dataset, style } = document.documentElement;
  effect(() => {
    if (choice.value === "system") delete dataset.theme;
    else dataset.theme = choice.value;
  });
  effect(() => style.setProperty("--accent-hue", String(accentHues[accent.value])));
}
