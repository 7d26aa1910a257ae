import type { LucideIcon } from "lucide-react";
import { type CSSProperties, type ReactNode, useEffect, useState } from "react";
import { strings } from "../../i18n";
import styles from "./empty.module.css";

export interface EmptyStateProps {
  readonly icon?: LucideIcon;
  readonly title: string;
  readonly children?: ReactNode;
  /** What one may do about it. */
  readonly actions?: ReactNode;
}

/** Nothing is here: why, and what to do. */
export function EmptyState({ icon: Icon, title, children, actions }: EmptyStateProps) {
  return (
    <div className={styles.empty}>
      {Icon && (
        <span className={styles.icon}>
          <Icon size={22} aria-hidden />
        </span>
      )}
      <h2 className={styles.title}>{title}</h2>
      {children && <div className={styles.text}>{children}</div>}
      {actions && <div className={styles.actions}>{actions}</div>}
    </div>
  );
}

/** True once something has lasted long enough to be worth a skeleton or a spinner. */
export function useDelayed(ms = 150): boolean {
  const [passed, setPassed] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setPassed(true), ms);
    return () => clearTimeout(timer);
  }, [ms]);
  return passed;
}

/** Where something will stand. It keeps its place from the first, and is seen only past 150 ms. */
export function Skeleton({
  width = "100%",
  height = 16,
  round,
}: {
  readonly width?: number | string;
  readonly height?: number;
  readonly round?: boolean;
}) {
  const style: CSSProperties = { width, height, ...(round && { borderRadius: "20%" }) };
  return <span className={styles.skeleton} style={style} aria-hidden />;
}

/** Lines of a list that is loading. */
export function SkeletonRows({ rows = 6, avatar = false }: { readonly rows?: number; readonly avatar?: boolean }) {
  return (
    <div className={styles.rows} role="status" aria-label={strings.common.loading}>
      {Array.from({ length: rows }, (_, i) => (
        <div key={i} className={styles.row}>
          {avatar && <Skeleton width={36} height={36} round />}
          <div className={styles.lines}>
            <Skeleton width={`${24 + ((i * 17) % 20)}%`} height={12} />
            <Skeleton width={`${52 + ((i * 29) % 40)}%`} height={12} />
          </div>
        </div>
      ))}
    </div>
  );
}

export function Spinner({ size = 20, label }: { readonly size?: number; readonly label?: string }) {
  return (
    <svg
      className={styles.spinner}
      width={size}
      height={size}
      viewBox="0 0 20 20"
      role={label ? "img" : undefined}
      aria-label={label}
      aria-hidden={!label}
    >
      <circle cx="10" cy="10" r="8" fill="none" stroke="currentColor" strokeWidth="2" opacity="0.2" />
      <path d="M10 2a8 8 0 0 1 8 8" fill="none" stroke="currentColor" strokeWidth="2" strokeLinecap="round" />
    </svg>
  );
}
