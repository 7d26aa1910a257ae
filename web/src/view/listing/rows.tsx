import type { KeyboardEvent, ReactNode, Ref } from "react";
import listing from "./listing.module.css";
import { useRows } from "./use_rows";

/** The part of a page that scrolls, with rows that the arrow keys go through. */
export function Rows({ className, children }: { readonly className?: string; readonly children: ReactNode }) {
  const onKeyDown = useRows();
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the keys of the rows inside
    <div className={className ?? listing.scroll} onKeyDown={onKeyDown}>
      {children}
    </div>
  );
}

export interface RowProps {
  readonly label?: string;
  readonly className?: string;
  /** What a key does while the row itself has the focus; true: it did something. */
  readonly onKey?: (key: string) => boolean;
  readonly ref?: Ref<HTMLElement>;
  readonly children: ReactNode;
}

/** One thing in a list that is more than a link: it has the focus itself, and keys of its own. */
export function Row({ label, className, onKey, ref, children }: RowProps) {
  const onKeyDown = (e: KeyboardEvent) => {
    if (e.target !== e.currentTarget || e.ctrlKey || e.metaKey || e.altKey) return;
    if (onKey?.(e.key) === true) e.preventDefault();
  };
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: lists are gone through by the arrow keys
    <article ref={ref} className={className} data-row tabIndex={0} aria-label={label} onKeyDown={onKeyDown}>
      {children}
    </article>
  );
}
