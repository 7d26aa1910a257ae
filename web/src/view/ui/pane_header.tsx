import { ArrowLeft, X } from "lucide-react";
import type { ReactNode } from "react";
import { strings } from "../../i18n";
import { useApp } from "../hooks/app";
import { useLayout } from "../hooks/use_layout";
import { IconButton } from "./button";
import styles from "./pane_header.module.css";

export interface PaneHeaderProps {
  readonly title: ReactNode;
  readonly subtitle?: ReactNode;
  readonly actions?: ReactNode;
  /** Panes that can be closed give it; on a phone the way back takes its place. */
  readonly onClose?: () => void;
}

/** The 48-pixel line that runs across the top of all panes. */
export function PaneHeader({ title, subtitle, actions, onClose }: PaneHeaderProps) {
  const app = useApp();
  const phone = useLayout() === "phone";
  return (
    <header className={styles.header}>
      {phone && (
        <IconButton
          label={strings.shell.back}
          icon={ArrowLeft}
          size="lg"
          tip="none"
          onClick={() => app.back()}
          className={styles.back}
        />
      )}
      <div className={styles.titles}>
        <h2 className={styles.title}>{title}</h2>
        {subtitle && <span className={styles.subtitle}>{subtitle}</span>}
      </div>
      {actions}
      {onClose && !phone && (
        <IconButton label={strings.common.close} icon={X} keys="Escape" tip="bottom" onClick={onClose} />
      )}
    </header>
  );
}
