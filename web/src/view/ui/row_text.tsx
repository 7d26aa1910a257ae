import type { ReactNode } from "react";
import styles from "./row_text.module.css";

export interface RowTextProps {
  readonly name: ReactNode;
  /** What stands beside the name: it stays whole where the name is cut off. */
  readonly mark?: ReactNode;
  /** The line below. */
  readonly children?: ReactNode;
}

/** The class of small text in one line, where it is no row's. */
export const smallLine = styles.note;

/** What a row of a list says: a name, and in small what else there is to know. */
export function RowText({ name, mark, children }: RowTextProps) {
  return (
    <span className={styles.text}>
      <span className={styles.name}>
        <span className={styles.nameText}>{name}</span>
        {mark}
      </span>
      <span className={styles.note}>{children}</span>
    </span>
  );
}
