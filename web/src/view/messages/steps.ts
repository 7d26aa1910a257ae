// A list's keys, changed at one end at a time. The virtual list keeps its place
// if it knows at which end its items came or went; a window of messages may
// change at both at once, as when older ones are let go for newer.

/** A list's keys, and what each item is called: it keeps its name where its key becomes another. */
export interface Named<T> {
  readonly keys: readonly T[];
  readonly names: readonly string[];
}

export interface Step<T> extends Named<T> {
  /** Items came or went at the start. */
  readonly shift: boolean;
  /** Another one: nothing of what was shown is left. */
  readonly epoch: number;
}

/** The next step on the way from what is shown to what shall be. */
export function nextStep<T>(shown: Step<T>, target: Named<T>): Step<T> {
  const wanted = new Map(target.names.map((name, i) => [name, i]));
  const first = shown.names.findIndex((name) => wanted.has(name));
  if (first < 0) return { ...target, shift: false, epoch: shown.epoch + (shown.keys.length > 0 ? 1 : 0) };
  const at = wanted.get(shown.names[first] ?? "") ?? 0;
  if (first === at) return { ...target, shift: false, epoch: shown.epoch };
  const keys = [...target.keys.slice(0, at), ...shown.keys.slice(first)];
  const names = [...target.names.slice(0, at), ...shown.names.slice(first)];
  return { ...(isSame(keys, target.keys) ? target : { keys, names }), shift: true, epoch: shown.epoch };
}

function isSame<T>(a: readonly T[], b: readonly T[]): boolean {
  return a.length === b.length && a.every((key, i) => key === b[i]);
}
