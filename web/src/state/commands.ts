import { computed, type ReadonlySignal, signal } from "@preact/signals-core";

/**
 * What a person can do from anywhere: by a key, or by name from the quick
 * switcher. Features register theirs while they are there; the shortcuts sheet
 * lists them all. Of several commands with the same key, the last one registered
 * that applies runs: a dialog's or a pane's goes before the application's.
 */
export interface Command {
  readonly id: string;
  readonly title: string;
  readonly group: CommandGroup;
  /** As "Mod+Shift+K", "Escape", "Alt+ArrowDown"; Mod is ⌘ on a Mac and Ctrl elsewhere. */
  readonly keys?: string | readonly string[];
  /** Returns false where there was nothing to do after all: then the key goes on. */
  readonly run: () => unknown;
  readonly when?: () => boolean;
  /** A key without Mod, Ctrl or Alt is left to what is being typed in, unless this is set. */
  readonly whileTyping?: boolean;
  /** Not offered by name in the switcher. */
  readonly unlisted?: boolean;
}

export const commandGroups = ["navigation", "messages", "composer", "conversation", "window"] as const;
export type CommandGroup = (typeof commandGroups)[number];

/** What of a keyboard event matters here. */
export interface KeyPress {
  readonly key: string;
  readonly code: string;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly altKey: boolean;
  readonly shiftKey: boolean;
}

export class Commands {
  readonly all: ReadonlySignal<readonly Command[]>;
  private readonly registered = signal<readonly Command[]>([]);

  constructor(readonly mac: boolean) {
    this.all = computed(() => this.registered.value);
  }

  register(...commands: readonly Command[]): () => void {
    this.registered.value = [...this.registered.peek(), ...commands];
    return () => {
      this.registered.value = this.registered.peek().filter((c) => !commands.includes(c));
    };
  }

  /** Runs what a key stands for; true if something did. */
  press(event: KeyPress, typing: boolean): boolean {
    const pressed = pressedChord(event);
    for (const command of this.registered.peek().toReversed()) {
      const chord = keysOf(command).find((keys) => sameChord(parseChord(keys, this.mac), pressed));
      if (chord === undefined || (command.when && !command.when())) continue;
      if (typing && !command.whileTyping && !/^(Mod|Ctrl|Alt|F\d)/.test(chord)) continue;
      if (command.run() !== false) return true;
    }
    return false;
  }

  /** How a command's first key is written for people: ["⌘", "K"] or ["Ctrl", "K"]. */
  label(keys: string): string[] {
    return keys.split("+").map((part) => keyName(part || "+", this.mac));
  }
}

export function keysOf(command: Pick<Command, "keys">): readonly string[] {
  if (command.keys === undefined) return [];
  return typeof command.keys === "string" ? [command.keys] : command.keys;
}

interface Chord {
  readonly ctrl: boolean;
  readonly meta: boolean;
  readonly alt: boolean;
  readonly shift: boolean;
  readonly key: string;
}

function parseChord(keys: string, mac: boolean): Chord {
  const parts = keys.split("+");
  const key = parts.pop() || "+";
  const has = (name: string) => parts.includes(name);
  return {
    ctrl: has("Ctrl") || (has("Mod") && !mac),
    meta: has("Meta") || (has("Mod") && mac),
    alt: has("Alt"),
    shift: has("Shift"),
    key: key.toLowerCase(),
  };
}

/** With Alt a Mac types other characters, and with Shift a digit is no digit: the key's place says which was meant. */
function pressedChord(e: KeyPress): Chord {
  const place = /^(?:Key|Digit)(.)$/.exec(e.code)?.[1];
  const latin = /^[a-z]$/i.test(e.key);
  const key =
    place && (e.altKey || /^\d$/.test(place) || (!latin && /^[A-Z]$/.test(place) && e.key.length === 1))
      ? place
      : e.key;
  return { ctrl: e.ctrlKey, meta: e.metaKey, alt: e.altKey, shift: e.shiftKey, key: key.toLowerCase() };
}

/** A sign such as "?" is what it is however it is typed; Shift counts for letters and named keys. */
function sameChord(wanted: Chord, pressed: Chord): boolean {
  const sign = wanted.key.length === 1 && !/[a-z0-9]/.test(wanted.key);
  return (
    wanted.key === pressed.key &&
    wanted.ctrl === pressed.ctrl &&
    wanted.meta === pressed.meta &&
    wanted.alt === pressed.alt &&
    (wanted.shift === pressed.shift || (sign && !wanted.shift))
  );
}

const macNames: Record<string, string> = { Mod: "⌘", Meta: "⌘", Ctrl: "⌃", Alt: "⌥", Shift: "⇧" };
const names: Record<string, string> = {
  Mod: "Ctrl",
  Escape: "Esc",
  ArrowUp: "↑",
  ArrowDown: "↓",
  ArrowLeft: "←",
  ArrowRight: "→",
  Enter: "↵",
  PageUp: "Page Up",
  PageDown: "Page Down",
};

function keyName(part: string, mac: boolean): string {
  return (mac ? macNames[part] : undefined) ?? names[part] ?? (part.length === 1 ? part.toUpperCase() : part);
}
