import { computed, type ReadonlySignal, type Signal, signal } from "@preact/signals-core";

export const themeChoices = ["system", "light", "dark"] as const;
export type ThemeChoice = (typeof themeChoices)[number];

/** Where choices are kept that belong to this browser: localStorage, or a map in tests. */
export interface Shelf {
  getItem(key: string): string | null;
  setItem(key: string, value: string): void;
  removeItem(key: string): void;
}

const key = "taut.theme";

/** The theme is this browser's own: a dark room is not the account's. */
export class Theme {
  readonly choice: Signal<ThemeChoice>;
  readonly dark: ReadonlySignal<boolean>;

  constructor(
    private readonly shelf: Shelf,
    systemDark: ReadonlySignal<boolean>,
  ) {
    const kept = shelf.getItem(key);
    this.choice = signal(themeChoices.find((c) => c === kept) ?? "system");
    this.dark = computed(() => (this.choice.value === "system" ? systemDark.value : this.choice.value === "dark"));
  }

  choose(choice: ThemeChoice): void {
    this.choice.value = choice;
    if (choice === "system") this.shelf.removeItem(key);
    else this.shelf.setItem(key, choice);
  }
}
