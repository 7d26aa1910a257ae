// Where each list was left, so that who comes back finds it as it was.

import type { MessageKey } from "../../state/timeline";
import type { Workspace } from "../../state/workspace";

export interface Place {
  readonly key: MessageKey;
  /** How far the row's top is above the window's. */
  readonly offset: number;
}

const maxPlaces = 200;

export class Places {
  private readonly left = new Map<string, Place>();

  /** The place that a list was left at; undefined: its end. */
  take(list: string): Place | undefined {
    return this.left.get(list);
  }

  leave(list: string, place: Place | undefined): void {
    this.left.delete(list);
    if (place === undefined) return;
    this.left.set(list, place);
    if (this.left.size <= maxPlaces) return;
    for (const oldest of this.left.keys()) {
      this.left.delete(oldest);
      return;
    }
  }
}

const create = () => new Places();

export const placesOf = (w: Workspace): Places => w.part<Places & { close?(): void }>(create);
