/** What a channel may be called. The server decides; this says so before it is asked. */

export const maxChannelName = 80;

const reserved = new Set(["here", "channel", "everyone", "group", "all"]);

export type NameFault = "empty" | "too_long" | "characters" | "taken" | "reserved";

/** asChannelName makes what is typed into what a channel may be called: spaces become hyphens, capitals small. */
export function asChannelName(typed: string): string {
  return typed
    .toLowerCase()
    .replace(/[\s.]+/g, "-")
    .replace(/[^\p{L}\p{N}\p{M}_-]/gu, "");
}

export function nameFault(name: string, taken: (name: string) => boolean): NameFault | undefined {
  if (name === "") return "empty";
  if ([...name].length > maxChannelName) return "too_long";
  if (!/[\p{L}\p{N}]/u.test(name)) return "characters";
  if (reserved.has(name)) return "reserved";
  return taken(name) ? "taken" : undefined;
}
