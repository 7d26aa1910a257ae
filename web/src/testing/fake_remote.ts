/** For tests: a server that answers each method with what it is given, and remembers what was asked. */
import type { Args, CallOptions, Remote } from "../state/remote";

export type Answer = (args: Args) => unknown;

export class Refusal extends Error {
  constructor(readonly code: string) {
    super(code);
  }
}

export class FakeRemote implements Remote {
  readonly asked: { readonly method: string; readonly args: Args }[] = [];
  private readonly answers: Map<string, Answer>;

  constructor(answers: Readonly<Record<string, Answer>>) {
    this.answers = new Map(Object.entries(answers));
  }

  on(method: string, answer: Answer): void {
    this.answers.set(method, answer);
  }

  async call<T>(method: string, args: Args = {}, options: CallOptions = {}): Promise<T> {
    this.asked.push({ method, args });
    const answer = this.answers.get(method);
    if (answer === undefined) throw new Refusal("unknown_method");
    const value = await answer(args);
    if (options.signal?.aborted) throw new DOMException("given up", "AbortError");
    return value as T;
  }

  of(method: string): readonly Args[] {
    return this.asked.filter((one) => one.method === method).map((one) => one.args);
  }
}
