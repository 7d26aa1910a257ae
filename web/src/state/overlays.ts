import { type ReadonlySignal, signal } from "@preact/signals-core";

/**
 * The dialogs that are open, the last one on top. What a name shows and what it
 * is given is known to view/app/modals.ts; open it by openModal from there.
 */
export interface Overlay {
  readonly id: number;
  readonly name: string;
  readonly props: object;
}

export class Overlays {
  private readonly open_ = signal<readonly Overlay[]>([]);
  private next = 1;

  get stack(): ReadonlySignal<readonly Overlay[]> {
    return this.open_;
  }

  /** A dialog that is open already is not opened twice: it is given the new props. */
  open(name: string, props: object): () => void {
    const same = this.open_.peek().find((o) => o.name === name);
    const overlay = { id: same?.id ?? this.next++, name, props };
    this.open_.value = [...this.open_.peek().filter((o) => o !== same), overlay];
    return () => this.close(overlay.id);
  }

  close(id: number): void {
    this.open_.value = this.open_.peek().filter((o) => o.id !== id);
  }

  closeAll(): void {
    this.open_.value = [];
  }
}
