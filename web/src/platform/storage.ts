/**
 * A browser's storage that is always there. Where site data is blocked even to ask
 * for it throws, and where it is full writing does: what can't be kept is held in
 * memory then, for as long as the tab is open.
 */
export function steadyStorage(open: () => Storage): Storage {
  const disk = attempt(open, undefined);
  /** What the disk did not take; null: what it did not let go of. */
  const held = new Map<string, string | null>();

  const keys = () => {
    const all = new Set(attempt(() => Array.from({ length: disk?.length ?? 0 }, (_, n) => disk?.key(n) ?? ""), []));
    for (const [k, v] of held) v === null ? all.delete(k) : all.add(k);
    return [...all];
  };
  const put = (k: string, v: string | null) => {
    const done = attempt(() => {
      if (!disk) return false;
      if (v === null) disk.removeItem(k);
      else disk.setItem(k, v);
      return true;
    }, false);
    if (!done) held.set(k, v);
    else held.delete(k);
  };

  return {
    get length() {
      return keys().length;
    },
    key: (n) => keys()[n] ?? null,
    getItem: (k) => {
      const v = held.get(k);
      return v !== undefined ? v : attempt(() => disk?.getItem(k) ?? null, null);
    },
    setItem: put,
    removeItem: (k) => put(k, null),
    clear: () => {
      for (const k of keys()) put(k, null);
    },
  };
}

function attempt<T>(f: () => T, otherwise: T): T {
  try {
    return f();
  } catch {
    return otherwise;
  }
}
