/** What the features' state asks of the network: one method of the Web API at a time. */

export type Args = Readonly<Record<string, unknown>>;

export interface CallOptions {
  readonly signal?: AbortSignal;
  readonly timeoutMs?: number;
}

/** net's Api is one; tests have their own. */
export interface Remote {
  call<T>(method: string, args?: Args, options?: CallOptions): Promise<T>;
}

/** codeOf is the server's name for what went wrong, "no_answer" where it said nothing. */
export function codeOf(error: unknown): string {
  if (typeof error === "object" && error !== null && "code" in error && typeof error.code === "string") {
    return error.code;
  }
  return "no_answer";
}

/** isAborted tells a call that we gave up ourselves from one that failed. */
export function isAborted(error: unknown): boolean {
  return error instanceof Error && error.name === "AbortError";
}

export interface ResponseMetadata {
  readonly response_metadata?: { readonly next_cursor?: string };
}

export function nextCursor(answer: ResponseMetadata): string {
  return answer.response_metadata?.next_cursor ?? "";
}
