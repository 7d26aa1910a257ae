/** Class names in one string; what is false or undefined is left out. */
export function cx(...names: readonly (string | false | undefined | null)[]): string | undefined {
  return names.filter(Boolean).join(" ") || undefined;
}
