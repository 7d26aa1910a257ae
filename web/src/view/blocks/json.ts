// Takes apart what anybody may have written: every function answers something
// of the type it names.

export type Json = Readonly<Record<string, unknown>>;

/** An object, an empty one where it is none. */
export function object(value: unknown): Json {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Json) : {};
}

/** An array of at most so many, an empty one where it is none. */
export function array(value: unknown, most = 100): readonly unknown[] {
  return Array.isArray(value) ? value.slice(0, most) : [];
}

export function string(value: unknown): string {
  return typeof value === "string" ? value : "";
}

/** A whole number above zero, else 0. */
export function size(value: unknown): number {
  return typeof value === "number" && Number.isFinite(value) && value >= 1 ? Math.min(Math.round(value), 100_000) : 0;
}
