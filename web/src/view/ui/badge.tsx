import { Fragment, type ReactNode } from "react";
import { useOptionalApp } from "../hooks/app";
import styles from "./badge.module.css";
import { cx } from "./cx";

/** How many mentions wait. */
export function Badge({
  count,
  label,
  quiet,
}: {
  readonly count: number;
  readonly label?: string;
  readonly quiet?: boolean;
}) {
  if (count <= 0) return null;
  return (
    <span className={cx(styles.badge, quiet && styles.quiet)}>
      <span aria-hidden={label ? true : undefined}>{count > 99 ? "99+" : count}</span>
      {label && <VisuallyHidden>{label}</VisuallyHidden>}
    </span>
  );
}

/** A word in a frame: APP, guest, archived. */
export function Chip({
  children,
  tone = "plain",
}: {
  readonly children: ReactNode;
  readonly tone?: "plain" | "accent" | "danger" | "success" | "warning";
}) {
  return <span className={cx(styles.chip, styles[tone])}>{children}</span>;
}

/** A key as people know it: "Mod+K" is ⌘K on a Mac. */
export function Kbd({ keys }: { readonly keys: string }) {
  const app = useOptionalApp();
  const parts = app ? app.commands.label(keys) : keys.split("+");
  return (
    <kbd className={styles.keys}>
      {parts.map((part, i) => (
        <span key={i} className={styles.key}>
          {part}
        </span>
      ))}
    </kbd>
  );
}

/** A text with the letters that were searched for marked; ranges are [from, to). */
export function Marked({
  text,
  ranges,
}: {
  readonly text: string;
  readonly ranges: readonly (readonly [number, number])[];
}) {
  if (ranges.length === 0) return text;
  const parts: ReactNode[] = [];
  let at = 0;
  for (const [from, to] of ranges) {
    parts.push(<Fragment key={`t${at}`}>{text.slice(at, from)}</Fragment>);
    parts.push(
      <mark key={`m${from}`} className={styles.mark}>
        {text.slice(from, to)}
      </mark>,
    );
    at = to;
  }
  parts.push(<Fragment key="end">{text.slice(at)}</Fragment>);
  return <>{parts}</>;
}

/** Read out, and not seen. */
export function VisuallyHidden({
  children,
  as: Tag = "span",
}: {
  readonly children: ReactNode;
  readonly as?: "span" | "h1" | "h2" | "h3" | "p";
}) {
  return <Tag className={styles.hidden}>{children}</Tag>;
}
