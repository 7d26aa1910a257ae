import type { AnchorHTMLAttributes, MouseEvent, Ref } from "react";
import type { Target } from "../../state/app";
import { useApp } from "../hooks/app";

export interface LinkProps extends Omit<AnchorHTMLAttributes<HTMLAnchorElement>, "href"> {
  readonly to: Target;
  readonly ref?: Ref<HTMLAnchorElement>;
}

/** A place in the client. With Ctrl, ⌘ or the middle button it opens as links do, in another tab. */
export function Link({ to, onClick, ...rest }: LinkProps) {
  const app = useApp();
  const follow = (e: MouseEvent<HTMLAnchorElement>) => {
    onClick?.(e);
    if (e.defaultPrevented || e.button !== 0 || e.ctrlKey || e.metaKey || e.shiftKey || e.altKey) return;
    e.preventDefault();
    app.navigate(to);
  };
  return <a {...rest} href={app.href(to)} onClick={follow} draggable={rest.draggable ?? false} />;
}
