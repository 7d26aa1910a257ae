import type { ReactNode } from "react";
import { admin as s } from "../../i18n/admin";
import type { AdminSection } from "../../state/admin";
import styles from "./admin.module.css";

/** What a page of the administration is for, and what one does most often there. */
export function SectionHead({ section, children }: { readonly section: AdminSection; readonly children?: ReactNode }) {
  return (
    <div className={styles.head}>
      <p className={styles.hint}>{s.hints[section]}</p>
      {children}
    </div>
  );
}
