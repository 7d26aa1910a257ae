import { type KeyboardEvent, type ReactNode, useId, useRef } from "react";
import { cx } from "./cx";
import styles from "./tabs.module.css";

export interface TabsProps<T extends string> {
  readonly label: string;
  readonly value: T;
  readonly onChange: (value: T) => void;
  readonly tabs: readonly { readonly value: T; readonly label: ReactNode; readonly count?: number }[];
  /** The chosen tab's panel. */
  readonly children?: ReactNode;
  readonly className?: string;
  readonly panelClassName?: string;
}

export function Tabs<T extends string>({
  label,
  value,
  onChange,
  tabs,
  children,
  className,
  panelClassName,
}: TabsProps<T>) {
  const id = useId();
  const list = useRef<HTMLDivElement>(null);
  const move = (e: KeyboardEvent) => {
    const at = tabs.findIndex((t) => t.value === value);
    const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: tabs.length - 1 }[e.key];
    if (to === undefined) return;
    e.preventDefault();
    const next = (to + tabs.length) % tabs.length;
    const tab = tabs[next];
    if (!tab) return;
    onChange(tab.value);
    list.current?.querySelectorAll<HTMLElement>("[role=tab]")[next]?.focus();
  };
  return (
    <>
      <div ref={list} role="tablist" aria-label={label} className={cx(styles.list, className)} onKeyDown={move}>
        {tabs.map((t) => (
          <button
            key={t.value}
            type="button"
            role="tab"
            id={`${id}-${t.value}`}
            aria-selected={t.value === value}
            aria-controls={children === undefined ? undefined : `${id}-panel`}
            tabIndex={t.value === value ? 0 : -1}
            className={cx(styles.tab, t.value === value && styles.chosen)}
            onClick={() => onChange(t.value)}
          >
            {t.label}
            {t.count !== undefined && t.count > 0 && <span className={styles.count}>{t.count}</span>}
          </button>
        ))}
      </div>
      {children !== undefined && (
        <div role="tabpanel" id={`${id}-panel`} aria-labelledby={`${id}-${value}`} className={panelClassName}>
          {children}
        </div>
      )}
    </>
  );
}
