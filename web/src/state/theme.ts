import { computed, type ReadonlySignal, type Signal, signal } from "@preact/signals-core";

export const themeChoices = ["system", "light", "dark"] as const;
export type ThemeChoice = (typeof themeChoices)[number];

/** The hues of the accent that are offered, by name; the first is the one of who chose none. */
export const accentHues = {
  indigo: 275,
  blue: 245,
  teal: 195,
  green: 150,
  olive: 110,
  orange: 55,
  rose: 0,
  violet: 310,
} as const;
export type Accent = keyof typeof accentHues;
export const accents = Object.keys(accentHues) as readonly Accent[];

/** Where choices are kept that belong to this browser: localStorage, or a map in tests. */
export interface Shelf {
  getItem(key: string): string | null;
  setItem(key: string, value: string): void;
  removeItem(key: string): void;
}

const key = "taut.theme";
const accentKey = "taut.accent";

/** The theme is this browser's own: a dark room is not the account's. */
export class Theme {
  readonly choice: Signal<ThemeChoice>;
  readonly accent: Signal<Accent>;
  readonly dark: ReadonlySignal<boolean>;

  constructor(
    private readonly shelf: Shelf,
    systemDark: ReadonlySignal<boolean>,
  ) {
    const kept = shelf.getItem(key);
    this.choice = signal(themeChoices.find((c) => c === kept) ?? "system");
    const keptAccent = shelf.getItem(accentKey);
    this.accent = signal(accents.find((a) => a === keptAccent) ?? "indigo");
    this.dark = computed(() => (this.choice.value === "system" ? systemDark.value : this.choice.value === "dark"));
  }

  choose(choice: ThemeChoice): void {
    this.choice.value = choice;
    if (choice === "system") this.shelf.removeItem(key);
    else this.shelf.setItem(key, choice);
  }

  chooseAccent(accent: Accent): void {
    this.accent.value = accent;
    if (accent === "indigo") this.shelf.removeItem(accentKey);
    else this.shelf.setItem(accentKey, accent);
  }
}
