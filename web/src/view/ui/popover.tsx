import { type ReactNode, useCallback, useRef } from "react";
import { createPortal } from "react-dom";
import { cx } from "./cx";
import { type Anchor, useDismiss, useFocusInside, useLayerRoot, usePlaced } from "./layer";
import type { Placement } from "./place";
import styles from "./popover.module.css";

export interface PopoverProps {
  readonly anchor: Anchor;
  readonly onClose: () => void;
  readonly label: string;
  readonly placement?: Placement;
  readonly gap?: number;
  /** Focus stays where it is: for lists that belong to what is being typed. */
  readonly keepFocus?: boolean;
  readonly role?: "dialog" | "menu" | "listbox";
  /** On a phone it comes up from the lower edge. */
  readonly sheet?: boolean;
  readonly className?: string;
  readonly children: ReactNode;
}

/** A box beside what opened it. Render it while it is open. */
export function Popover(props: PopoverProps) {
  const {
    anchor,
    onClose,
    label,
    placement = "bottom-start",
    gap = 4,
    keepFocus = false,
    role = "dialog",
    sheet = false,
    className,
    children,
  } = props;
  const box = useRef<HTMLDivElement>(null);
  const latest = useRef(onClose);
  latest.current = onClose;
  const close = useCallback(() => latest.current(), []);
  usePlaced(box, anchor, placement, gap);
  useDismiss(box, anchor, close);
  useFocusInside(box, !keepFocus);
  return createPortal(
    // biome-ignore lint/a11y/useAriaPropsSupportedByRole: the role is one of dialog, menu and listbox
    <div
      ref={box}
      popover="manual"
      role={role}
      aria-label={label}
      tabIndex={-1}
      className={cx(styles.popover, sheet && styles.sheet, className)}
    >
      {children}
    </div>,
    useLayerRoot(),
  );
}
