import styles from "./rail.module.css";

export function Rail() {
  return <nav className={styles.rail} />;
}
