import type { LucideIcon } from "lucide-react";
import type { ButtonHTMLAttributes, ReactNode, Ref } from "react";
import styles from "./button.module.css";
import { cx } from "./cx";
import { Spinner } from "./empty";
import { Tooltip, type TooltipProps } from "./tooltip";

type Native = Omit<ButtonHTMLAttributes<HTMLButtonElement>, "type">;

export interface ButtonProps extends Native {
  /** primary: what a page or dialog is for, once on it. plain: all else. quiet: without a frame. */
  readonly tone?: "primary" | "plain" | "quiet" | "danger";
  readonly size?: "sm" | "md" | "lg";
  readonly icon?: LucideIcon;
  /** Something is under way: the button waits, and keeps its width. */
  readonly busy?: boolean;
  readonly wide?: boolean;
  readonly type?: "button" | "submit";
  readonly ref?: Ref<HTMLButtonElement>;
}

export function Button(props: ButtonProps) {
  const {
    tone = "plain",
    size = "md",
    icon: Icon,
    busy,
    wide,
    type = "button",
    className,
    children,
    disabled,
    ...rest
  } = props;
  return (
    <button
      {...rest}
      type={type}
      disabled={disabled || busy}
      aria-busy={busy || undefined}
      className={cx(styles.button, styles[tone], styles[size], wide && styles.wide, busy && styles.busy, className)}
    >
      {Icon && <Icon size={16} aria-hidden />}
      <span className={styles.label}>{children}</span>
      {busy && (
        <span className={styles.spinner}>
          <Spinner size={16} />
        </span>
      )}
    </button>
  );
}

export interface IconButtonProps extends Native {
  /** What it does: read out, and shown when the pointer rests on it. */
  readonly label: string;
  readonly icon: LucideIcon;
  /** A key to show in the tooltip, as in a command. */
  readonly keys?: string;
  readonly size?: "sm" | "md" | "lg";
  readonly active?: boolean;
  readonly danger?: boolean;
  readonly tip?: TooltipProps["side"] | "none";
  readonly children?: ReactNode;
  readonly ref?: Ref<HTMLButtonElement>;
}

const iconSize = { sm: 16, md: 18, lg: 20 } as const;

export function IconButton(props: IconButtonProps) {
  const { label, icon: Icon, keys, size = "md", active, danger, tip = "top", className, children, ...rest } = props;
  const button = (
    <button
      {...rest}
      type="button"
      aria-label={label}
      className={cx(
        styles.icon,
        styles[`icon-${size}`],
        active && styles.active,
        danger && styles.dangerous,
        className,
      )}
    >
      <Icon size={iconSize[size]} aria-hidden />
      {children}
    </button>
  );
  if (tip === "none") return button;
  return (
    <Tooltip text={label} keys={keys} side={tip}>
      {button}
    </Tooltip>
  );
}
