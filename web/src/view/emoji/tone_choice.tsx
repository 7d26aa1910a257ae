import { useState } from "react";
import { strings } from "../../i18n";
import { cx } from "../ui";
import { Emoji } from "./emoji";
import styles from "./emoji_picker.module.css";
import { withTone } from "./table";

const tones = [0, 2, 3, 4, 5, 6] as const;

/** The skin tone that emoji get from now on. */
export function ToneChoice({ tone, onChoose }: { readonly tone: number; readonly onChoose: (tone: number) => void }) {
  const [open, setOpen] = useState(false);
  const { picker } = strings.composer;
  const shown = open ? tones : tones.filter((t) => t === (tone > 1 ? tone : 0));
  return (
    <fieldset className={styles.tones} aria-label={picker.tone}>
      {shown.map((t) => (
        <button
          key={t}
          type="button"
          aria-pressed={open ? t === tone : undefined}
          aria-expanded={open ? undefined : false}
          aria-label={open ? picker.tones[Math.max(0, t - 1)] : picker.tone}
          title={open ? picker.tones[Math.max(0, t - 1)] : picker.tone}
          className={cx(styles.tone, open && t === tone && styles.chosen)}
          onPointerDown={(e) => e.preventDefault()}
          onClick={() => {
            if (open) onChoose(t);
            setOpen(!open);
          }}
        >
          <Emoji name={withTone("hand", t)} size={24} decorative />
        </button>
      ))}
    </fieldset>
  );
}
