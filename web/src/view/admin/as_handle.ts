/** What a name becomes where only a handle is taken: letters and digits of any script, and what joins them. */
export function asHandle(text: string): string {
  return text
    .toLowerCase()
    .replace(/^@/, "")
    .replace(/\s+/g, "-")
    .replace(/[^\p{L}\p{N}._-]/gu, "")
    .slice(0, 21);
}

/** A bot's handle has plain letters only. */
export function asBotHandle(text: string): string {
  return asHandle(text.normalize("NFKD")).replace(/[^a-z0-9._-]/g, "");
}
