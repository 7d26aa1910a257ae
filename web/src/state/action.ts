/** One thing that a person asks the server to do: whether it is under way, and why it failed. */
import { type Signal, signal } from "@preact/signals-core";
import { codeOf } from "./remote";

export type Doing =
  | { readonly state: "rest" }
  | { readonly state: "busy" }
  | { readonly state: "failed"; readonly code: string };

export class Action {
  readonly doing: Signal<Doing> = signal({ state: "rest" });

  /** run answers whether it succeeded. A second press while it runs does nothing. */
  async run(work: () => Promise<void>): Promise<boolean> {
    if (this.doing.peek().state === "busy") return false;
    this.doing.value = { state: "busy" };
    try {
      await work();
      this.doing.value = { state: "rest" };
      return true;
    } catch (error) {
      this.doing.value = { state: "failed", code: codeOf(error) };
      return false;
    }
  }

  reset(): void {
    this.doing.value = { state: "rest" };
  }
}
