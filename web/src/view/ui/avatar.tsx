import { type CSSProperties, useState } from "react";
import styles from "./avatar.module.css";
import { cx } from "./cx";

export type AvatarSize = 16 | 20 | 24 | 28 | 32 | 36 | 48 | 72 | 160;

export interface AvatarProps {
  /** A picture's address; without one, or where it does not load, the name's first letter stands for it. */
  readonly src?: string;
  readonly name: string;
  readonly size?: AvatarSize;
  readonly presence?: "active" | "away";
  readonly dnd?: boolean;
  /** Read out only where the name does not stand beside it. */
  readonly labelled?: boolean;
}

export function Avatar({ src, name, size = 36, presence, dnd, labelled }: AvatarProps) {
  const [broken, setBroken] = useState<string>();
  const style: CSSProperties = { width: size, height: size, fontSize: Math.round(size * 0.45) };
  return (
    <span className={styles.avatar} style={style}>
      {src && src !== broken ? (
        <img
          src={src}
          alt={labelled ? name : ""}
          width={size}
          height={size}
          className={styles.picture}
          draggable={false}
          onError={() => setBroken(src)}
        />
      ) : (
        <Letter name={name} labelled={labelled} />
      )}
      {presence && (
        <span className={styles.corner}>
          <PresenceDot presence={presence} dnd={dnd} />
        </span>
      )}
    </span>
  );
}

function Letter({ name, labelled }: { readonly name: string; readonly labelled?: boolean }) {
  const letter = [...name.trim()][0]?.toUpperCase(); // nobody yet: an empty square keeps the place
  if (!labelled) {
    return (
      <span className={styles.letter} aria-hidden>
        {letter}
      </span>
    );
  }
  return (
    <span className={styles.letter} role="img" aria-label={name}>
      {letter}
    </span>
  );
}

export interface PresenceDotProps {
  readonly presence: "active" | "away";
  readonly dnd?: boolean;
  readonly label?: string;
}

/** Full and green: there. A ring: away. */
export function PresenceDot({ presence, dnd, label }: PresenceDotProps) {
  const className = cx(styles.dot, presence === "active" && styles.active, dnd && styles.dnd);
  return label ? <span className={className} role="img" aria-label={label} /> : <span className={className} />;
}
