/** Where a floating box goes beside what it belongs to, within the window. */

export interface Rect {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

export interface Size {
  readonly width: number;
  readonly height: number;
}

export type SideOf = "top" | "bottom" | "left" | "right";
export type Placement = SideOf | `${SideOf}-start` | `${SideOf}-end`;

const opposite: Record<SideOf, SideOf> = { top: "bottom", bottom: "top", left: "right", right: "left" };

/** The wanted side if there is room, else the other one, else the roomier; then moved inside the window's edges. */
export function place(
  anchor: Rect,
  box: Size,
  window: Size,
  wanted: Placement,
  gap: number,
  margin = 8,
): { left: number; top: number; side: SideOf } {
  const [first = "bottom", align] = wanted.split("-") as [SideOf, "start" | "end" | undefined];
  const room: Record<SideOf, number> = {
    top: anchor.top - gap - margin,
    bottom: window.height - anchor.top - anchor.height - gap - margin,
    left: anchor.left - gap - margin,
    right: window.width - anchor.left - anchor.width - gap - margin,
  };
  const needed = first === "top" || first === "bottom" ? box.height : box.width;
  const other = opposite[first];
  const side = room[first] >= needed || room[first] >= room[other] ? first : other;
  const upright = side === "top" || side === "bottom";
  const along = (start: number, length: number, own: number) =>
    align === "start" ? start : align === "end" ? start + length - own : start + (length - own) / 2;
  const left = upright
    ? along(anchor.left, anchor.width, box.width)
    : side === "left"
      ? anchor.left - gap - box.width
      : anchor.left + anchor.width + gap;
  const top = upright
    ? side === "top"
      ? anchor.top - gap - box.height
      : anchor.top + anchor.height + gap
    : along(anchor.top, anchor.height, box.height);
  return {
    left: Math.round(clamp(left, margin, window.width - box.width - margin)),
    top: Math.round(clamp(top, margin, window.height - box.height - margin)),
    side,
  };
}

function clamp(value: number, least: number, most: number): number {
  return Math.max(least, Math.min(value, most));
}
