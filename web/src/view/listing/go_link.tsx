import type { ReactNode } from "react";
import type { Target } from "../../state/app";
import { useApp } from "../hooks/app";
import { VisuallyHidden } from "../ui";

export interface GoLinkProps {
  readonly to: Target;
  readonly className?: string;
  /** Takes the place of going there. */
  readonly onOpen?: () => void;
  /** One of the rows that the arrow keys go through. */
  readonly row?: boolean;
  /** It leads to where one is. */
  readonly current?: boolean;
  readonly children: ReactNode;
}

/** A link into the client: a plain click goes there, others are the browser's. */
export function GoLink({ to, className, onOpen, row, current, children }: GoLinkProps) {
  const app = useApp();
  return (
    <a
      href={app.href(to)}
      className={className}
      data-row={row}
      aria-current={current === true ? "page" : undefined}
      onClick={(e) => {
        if (e.button !== 0 || e.metaKey || e.ctrlKey || e.shiftKey || e.altKey) return;
        e.preventDefault();
        if (onOpen === undefined) app.navigate(to);
        else onOpen();
      }}
    >
      {children}
    </a>
  );
}

/** The same over all of what it lies in: the label is read out, what lies under it is seen. */
export function CoverLink({ label, ...rest }: Omit<GoLinkProps, "children"> & { readonly label: string }) {
  return (
    <GoLink {...rest} row>
      <VisuallyHidden>{label}</VisuallyHidden>
    </GoLink>
  );
}
