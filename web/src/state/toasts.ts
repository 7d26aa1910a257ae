import { type ReadonlySignal, signal } from "@preact/signals-core";

/** Short notes at the edge of the window: what was done, with a way back, or what failed. */
export interface Toast {
  readonly id: number;
  readonly text: string;
  readonly tone: "info" | "success" | "danger";
  readonly action?: { readonly label: string; readonly run: () => void };
}

const shownAtOnce = 3;
const lasts = 5_000;
const lastsWithAction = 8_000;

/** Runs f after some time, unless undone before. */
export type After = (ms: number, f: () => void) => () => void;

export class Toasts {
  private readonly shown = signal<readonly Toast[]>([]);
  private readonly timers = new Map<number, () => void>();
  private next = 1;

  constructor(private readonly after: After) {}

  get list(): ReadonlySignal<readonly Toast[]> {
    return this.shown;
  }

  show(toast: Omit<Toast, "id" | "tone"> & { readonly tone?: Toast["tone"] }): number {
    const id = this.next++;
    const same = this.shown.peek().filter((t) => t.text === toast.text);
    for (const t of same) this.dismiss(t.id);
    this.shown.value = [...this.shown.peek(), { tone: "info" as const, ...toast, id }].slice(-shownAtOnce);
    this.timers.set(
      id,
      this.after(toast.action ? lastsWithAction : lasts, () => this.dismiss(id)),
    );
    return id;
  }

  dismiss(id: number): void {
    this.timers.get(id)?.();
    this.timers.delete(id);
    this.shown.value = this.shown.peek().filter((t) => t.id !== id);
  }

  /** Those that are shown stay while the pointer or the focus is on them. */
  hold(): () => void {
    for (const stop of this.timers.values()) stop();
    this.timers.clear();
    return () => {
      for (const t of this.shown.peek())
        this.timers.set(
          t.id,
          this.after(lasts, () => this.dismiss(t.id)),
        );
    };
  }
}
