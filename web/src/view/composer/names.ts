import { computed, type ReadonlySignal } from "@preact/signals-core";
import { nameOf } from "../../state/users";
import type { Workspace } from "../../state/workspace";
import { resolveEmoji } from "../emoji/custom";
import { emojiTable, loadEmoji } from "../emoji/data";
import { splitTone, withTone } from "../emoji/table";
import type { Mentioned } from "./input_rules";
import type { EmojiLook, Names } from "./node_views";

/** What people, channels and emoji are called and look like, for the editor. */
export function namesOf(w: Workspace): Names {
  return {
    user: (id) => computed(() => nameOf(w.users.get(id).value)),
    usergroup: (id) => computed(() => w.usergroups.get(id).value?.handle ?? ""),
    channel: (id) => computed(() => w.channels.get(id).value?.name ?? ""),
    emoji: (name, tone) => look(w, withTone(name, tone)),
  };
}

function look(w: Workspace, name: string): ReadonlySignal<EmojiLook> {
  void loadEmoji().catch(() => {});
  return computed((): EmojiLook => {
    const shown = resolveEmoji(name, emojiTable.value, w.emoji.all.value);
    switch (shown.type) {
      case "glyph":
        return { glyph: shown.glyph };
      case "image":
        return { url: shown.url };
      case "unknown":
        return {};
    }
  });
}

/** What :name: stands for as it is typed, in the person's skin tone. */
export function emojiNamed(w: Workspace, name: string, tone: number): { id: string; tone: number } | undefined {
  const { base, tone: own } = splitTone(name);
  if (w.emoji.all.peek().has(base)) return { id: base, tone: 0 };
  const entry = emojiTable.peek().find(base);
  return entry && { id: entry.names[0], tone: entry.toned ? own || tone : 0 };
}

/** Whom a whole name means: the one person or group of that handle, or everybody of a range. */
export function mentioned(w: Workspace, name: string): ReturnType<Mentioned> {
  if (name === "here" || name === "channel" || name === "everyone") return { kind: "broadcast", id: name };
  const group = w.usergroups.all.peek().find((g) => g.handle.toLowerCase() === name);
  if (group) return { kind: "usergroup", id: group.id };
  const fits = w.users
    .search(name, 10)
    .filter((u) => u.name.toLowerCase() === name || u.profile.display_name.toLowerCase() === name);
  return fits.length === 1 && fits[0] ? { kind: "user", id: fits[0].id } : undefined;
}
