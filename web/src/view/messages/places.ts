// Where each list was left, and how high its rows were, so that who comes back
// finds it as it was, and at once.

import type { CacheSnapshot } from "virtua";
import type { MessageKey } from "../../state/timeline";
import type { Workspace } from "../../state/workspace";

export interface Place {
  readonly key: MessageKey;
  /** How far the row's top is above the window's. */
  readonly offset: number;
}

const maxPlaces = 200;
const maxHeights = 60;

interface Heights {
  readonly keys: readonly MessageKey[];
  readonly width: number;
  readonly heights: CacheSnapshot;
}

export class Places {
  private readonly left = new Map<string, Place>();
  private readonly measured = new Map<string, Heights>();

  /** The place that a list was left at; undefined: its end. */
  take(list: string): Place | undefined {
    return this.left.get(list);
  }

  leave(list: string, place: Place | undefined): void {
    putLast(this.left, list, place, maxPlaces);
  }

  /** How high the rows were, if they are still these in a window as wide: then none has to be drawn to be measured. */
  heights(list: string, keys: readonly MessageKey[]): CacheSnapshot | undefined {
    const known = this.measured.get(list);
    const same =
      known !== undefined &&
      known.width === window.innerWidth &&
      known.keys.length === keys.length &&
      known.keys[0] === keys[0] &&
      known.keys.at(-1) === keys.at(-1);
    return same ? known.heights : undefined;
  }

  keepHeights(list: string, keys: readonly MessageKey[], heights: CacheSnapshot): void {
    putLast(this.measured, list, { keys, width: window.innerWidth, heights }, maxHeights);
  }
}

/** The value stands last, and the first one goes where there are too many; undefined only takes away. */
function putLast<V>(map: Map<string, V>, key: string, value: V | undefined, most: number): void {
  map.delete(key);
  if (value === undefined) return;
  map.set(key, value);
  const [oldest] = map.keys();
  if (map.size > most && oldest !== undefined) map.delete(oldest);
}

const create = () => new Places();

export const placesOf = (w: Workspace): Places => w.part<Places & { close?(): void }>(create);
