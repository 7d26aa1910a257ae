import { admin as s } from "../../i18n/admin";
import { LinkLine } from "../invite/invite_modal";
import styles from "./admin.module.css";

/** A token or address that is told this once. */
export function Secret({ text }: { readonly text: string }) {
  return (
    <div className={styles.secret}>
      <LinkLine url={text} label={s.copy} />
      <p className={styles.once} role="status">
        {s.shownOnce}
      </p>
    </div>
  );
}
