// A list's keys, changed at one end at a time. The virtual list keeps its place
// if it knows at which end its items came or went; a window of messages may
// change at both at once, as when older ones are let go for newer.

export interface Step<T> {
  readonly keys: readonly T[];
  /** Items came or went at the start. */
  readonly shift: boolean;
  /** Another one: nothing of what was shown is left. */
  readonly epoch: number;
}

/** The next step on the way from what is shown to what shall be. */
export function nextStep<T>(shown: Step<T>, target: readonly T[]): Step<T> {
  const wanted = new Map(target.map((key, i) => [key, i]));
  const first = shown.keys.findIndex((key) => wanted.has(key));
  if (first < 0) return { keys: target, shift: false, epoch: shown.epoch + (shown.keys.length > 0 ? 1 : 0) };
  const at = wanted.get(shown.keys[first] as T) ?? 0;
  if (first === at) return { keys: target, shift: false, epoch: shown.epoch };
  const keys = [...target.slice(0, at), ...shown.keys.slice(first)];
  return sameKeys(keys, target)
    ? { keys: target, shift: true, epoch: shown.epoch }
    : { keys, shift: true, epoch: shown.epoch };
}

function sameKeys<T>(a: readonly T[], b: readonly T[]): boolean {
  return a.length === b.length && a.every((key, i) => key === b[i]);
}
