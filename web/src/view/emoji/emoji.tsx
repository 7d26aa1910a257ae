import { useEffect } from "react";
import { useWorkspace } from "../hooks/app";
import { useComputed } from "../hooks/use_computed";
import { cx } from "../ui/cx";
import { resolveEmoji, type Shown } from "./custom";
import { emojiTable, loadEmoji } from "./data";
import styles from "./emoji.module.css";
import { splitTone, withTone } from "./table";

export interface EmojiProps {
  /** With or without a tone ("wave::skin-tone-3"), without colons. */
  readonly name: string;
  readonly tone?: number;
  /** Pixels high; as high as the text's line where it isn't said. */
  readonly size?: number;
  /** The name is said beside it: it is not read out again. */
  readonly decorative?: boolean;
  readonly className?: string;
}

/** An emoji by its name: the glyph, or the workspace's picture. Its place is kept while it loads. */
export function Emoji({ name, tone, size, decorative, className }: EmojiProps) {
  const w = useWorkspace();
  const full = tone ? withTone(splitTone(name).base, tone) : name;
  const shown = useComputed(() => keyOf(resolveEmoji(full, emojiTable.value, w.emoji.all.value)), [w, full]);
  const unknown = shown === "";
  useEffect(() => {
    if (unknown) void loadEmoji().catch(() => {});
  }, [unknown]);
  const sized = size === undefined ? undefined : { fontSize: `${size / 1.375}px` };
  const label = `:${full}:`;
  if (unknown) {
    const known = emojiTable.peek().entries.length > 100;
    return <span className={cx(!known && styles.waiting, className)}>{known ? label : ""}</span>;
  }
  if (shown.startsWith("u")) {
    return (
      <img
        className={cx(styles.image, className)}
        style={sized}
        src={shown.slice(1)}
        alt={decorative ? "" : label}
        draggable={false}
      />
    );
  }
  return (
    <span
      className={cx(styles.glyph, className)}
      style={sized}
      role="img"
      aria-hidden={decorative || undefined}
      aria-label={label}
    >
      {shown.slice(1)}
    </span>
  );
}

/** As one string, so that a component renders again only when it is another one. */
function keyOf(shown: Shown): string {
  switch (shown.type) {
    case "glyph":
      return `g${shown.glyph}`;
    case "image":
      return `u${shown.url}`;
    case "unknown":
      return "";
  }
}
