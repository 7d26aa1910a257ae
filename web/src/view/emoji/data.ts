import { type ReadonlySignal, signal } from "@preact/signals-core";
import { EmojiTable } from "./table";

/**
 * The table of emoji, loaded when the first emoji is shown that isn't among the
 * commonest, which are here: so the first screen seldom waits for it.
 */
const common = new EmojiTable([
  "👍️* +1 thumbsup\n👎️* -1 thumbsdown\n❤️ heart\n😂 joy\n😄 smile\n😀 grinning\n😊 blush\n🙂 slightly_smiling_face\n😅 sweat_smile\n🤣 rolling_on_the_floor_laughing\n😉 wink\n😍 heart_eyes\n🤔 thinking_face\n😢 cry\n😭 sob\n😱 scream\n😎 sunglasses\n🙃 upside_down_face\n🎉 tada\n🚀 rocket\n👀 eyes\n🔥 fire\n💯 100\n✅️ white_check_mark\n✔️ heavy_check_mark\n❌️ x\n⚠️ warning\n🙏* pray\n👏* clap\n🙌* raised_hands\n💪* muscle\n👋* wave\n👌* ok_hand\n✋️* hand raised_hand\n➕️ heavy_plus_sign\n⭐️ star\n✨️ sparkles\n☕️ coffee\n🍕 pizza\n🎂 birthday\n🏠️ house\n🌴 palm_tree\n🤒 face_with_thermometer\n📅 date\n🗓️ spiral_calendar_pad\n🚌 bus\n🐛 bug\n💡 bulb\n📣 mega\n🤖 robot_face\n❓️ question\n💬 speech_balloon",
]);

const loaded = signal<EmojiTable>(common);

/** The table as far as it is loaded. */
export const emojiTable: ReadonlySignal<EmojiTable> = loaded;

let loading: Promise<EmojiTable> | undefined;
let findable: Promise<EmojiTable> | undefined;

/** Loads all emoji, once; what failed is tried again at the next call. */
export function loadEmoji(): Promise<EmojiTable> {
  loading ??= import("./glyphs.json").then(
    (module) => {
      loaded.value = new EmojiTable(module.default);
      return loaded.value;
    },
    (error: unknown) => {
      loading = undefined;
      throw error;
    },
  );
  return loading;
}

/** Loads all emoji and the words to find them by. */
export function loadEmojiSearch(): Promise<EmojiTable> {
  findable ??= Promise.all([loadEmoji(), import("./keywords.json")]).then(
    ([table, module]) => {
      table.addKeywords(module.default);
      return table;
    },
    (error: unknown) => {
      findable = undefined;
      throw error;
    },
  );
  return findable;
}
