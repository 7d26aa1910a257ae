import { type KeyboardEvent, type PointerEvent, useLayoutEffect, useState } from "react";
import { useApp } from "../hooks/app";
import styles from "./resizer.module.css";

export interface ResizerProps {
  readonly label: string;
  readonly name: "sidebar" | "side";
  readonly least: number;
  readonly most: number;
  readonly initial: number;
  /** On which edge of its pane it lies. */
  readonly edge: "left" | "right";
}

const step = 16;

/** The edge of a pane, to be dragged or moved by arrows; the width is this browser's. */
export function Resizer({ label, name, least, most, initial, edge }: ResizerProps) {
  const { platform } = useApp();
  const key = `taut.${name}`;
  const [width, setWidth] = useState(() => clamp(Number(platform.local.getItem(key)) || initial));
  useLayoutEffect(() => {
    document.documentElement.style.setProperty(`--${name}-width`, `${width}px`);
  }, [name, width]);
  function clamp(value: number): number {
    return Math.round(Math.max(least, Math.min(value, most)));
  }
  const set = (value: number) => {
    setWidth(clamp(value));
    platform.local.setItem(key, String(clamp(value)));
  };
  const down = (e: PointerEvent<HTMLElement>) => {
    e.preventDefault();
    const handle = e.currentTarget;
    const [from, start] = [e.clientX, width];
    handle.setPointerCapture(e.pointerId);
    const move = (m: globalThis.PointerEvent) => set(start + (m.clientX - from) * (edge === "right" ? 1 : -1));
    handle.addEventListener("pointermove", move);
    handle.addEventListener("lostpointercapture", () => handle.removeEventListener("pointermove", move), {
      once: true,
    });
  };
  const keyDown = (e: KeyboardEvent) => {
    const by = { ArrowLeft: -step, ArrowRight: step }[e.key];
    if (by === undefined) return;
    e.preventDefault();
    e.stopPropagation();
    set(width + by * (edge === "right" ? 1 : -1));
  };
  return (
    // biome-ignore lint/a11y/useSemanticElements: a rule can't be moved
    <div
      role="separator"
      aria-orientation="vertical"
      aria-label={label}
      aria-valuenow={width}
      aria-valuemin={least}
      aria-valuemax={most}
      tabIndex={0}
      className={`${styles.resizer} ${edge === "right" ? styles.right : styles.left}`}
      onPointerDown={down}
      onKeyDown={keyDown}
      onDoubleClick={() => set(initial)}
    />
  );
}
