import { type FocusEvent, type PointerEvent, type ReactNode, useEffect, useRef, useState } from "react";
import { createPortal } from "react-dom";
import { Kbd } from "./badge";
import { useLayerRoot, usePlaced } from "./layer";
import type { SideOf } from "./place";
import styles from "./tooltip.module.css";

export interface TooltipProps {
  readonly text: ReactNode;
  readonly keys?: string;
  readonly side?: SideOf;
  readonly children: ReactNode;
}

const rest = 450; // how long the pointer rests before a name is shown
const warm = 300; // after one was shown, the next comes at once
let lastShown = Number.NEGATIVE_INFINITY;

/** A name for what the pointer rests on, or has the focus. It repeats a label that is read out anyhow. */
export function Tooltip({ text, keys, side = "top", children }: TooltipProps) {
  const [anchor, setAnchor] = useState<Element | null>(null);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const hide = () => {
    clearTimeout(timer.current);
    if (anchor) lastShown = performance.now();
    setAnchor(null);
  };
  const over = (e: PointerEvent<HTMLSpanElement>) => {
    const target = e.currentTarget.firstElementChild;
    if (e.pointerType !== "mouse" || anchor || !target) return;
    clearTimeout(timer.current);
    const wait = performance.now() - lastShown < warm ? 0 : rest;
    timer.current = setTimeout(() => setAnchor(target), wait);
  };
  const focus = (e: FocusEvent<HTMLSpanElement>) => {
    if (e.target.matches(":focus-visible")) setAnchor(e.currentTarget.firstElementChild);
  };
  useEffect(() => () => clearTimeout(timer.current), []);
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: it only watches what is inside
    <span
      className={styles.around}
      onPointerOver={over}
      onPointerLeave={hide}
      onPointerDown={hide}
      onFocus={focus}
      onBlur={hide}
      onKeyDown={hide}
    >
      {children}
      {anchor && <Tip anchor={anchor} text={text} keys={keys} side={side} />}
    </span>
  );
}

function Tip({
  anchor,
  text,
  keys,
  side,
}: Omit<TooltipProps, "children"> & { readonly anchor: Element; readonly side: SideOf }) {
  const box = useRef<HTMLDivElement>(null);
  usePlaced(box, anchor, side, 6);
  return createPortal(
    <div ref={box} popover="manual" role="tooltip" className={styles.tip}>
      {text}
      {keys && <Kbd keys={keys} />}
    </div>,
    useLayerRoot(),
  );
}
