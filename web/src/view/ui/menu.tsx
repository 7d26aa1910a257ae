import { Check, type LucideIcon } from "lucide-react";
import {
  createContext,
  type KeyboardEvent,
  type PointerEvent,
  type ReactNode,
  useContext,
  useRef,
  useState,
} from "react";
import { Kbd } from "./badge";
import { cx } from "./cx";
import type { Anchor } from "./layer";
import styles from "./menu.module.css";
import type { Placement } from "./place";
import { Popover } from "./popover";

const CloseContext = createContext<() => void>(() => {});

export interface MenuProps {
  readonly anchor: Anchor;
  readonly onClose: () => void;
  readonly label: string;
  readonly placement?: Placement;
  readonly children: ReactNode;
}

/** A list of things to do. Render it while it is open; choosing one closes it. */
export function Menu({ anchor, onClose, label, placement, children }: MenuProps) {
  const list = useRef<HTMLDivElement>(null);
  const typed = useRef({ text: "", at: 0 });
  const onKeyDown = (e: KeyboardEvent) => {
    const items = [...(list.current?.querySelectorAll<HTMLElement>("[role^=menuitem]:not(:disabled)") ?? [])];
    const at = items.indexOf(document.activeElement as HTMLElement);
    const to = { ArrowDown: at + 1, ArrowUp: at < 0 ? items.length - 1 : at - 1, Home: 0, End: items.length - 1 }[
      e.key
    ];
    if (to !== undefined) {
      e.preventDefault();
      items[(to + items.length) % items.length]?.focus();
    } else if (e.key === "Tab") {
      e.preventDefault();
      onClose();
    } else if (e.key.length === 1 && !e.ctrlKey && !e.metaKey && !e.altKey) {
      const text = (e.timeStamp - typed.current.at < 600 ? typed.current.text : "") + e.key.toLowerCase();
      typed.current = { text, at: e.timeStamp };
      items.find((i) => i.textContent?.trim().toLowerCase().startsWith(text))?.focus();
    }
  };
  return (
    <Popover anchor={anchor} onClose={onClose} label={label} placement={placement} role="menu" sheet>
      {/* biome-ignore lint/a11y/noStaticElementInteractions: the keys of the menu around it */}
      <div ref={list} className={styles.menu} onKeyDown={onKeyDown}>
        <CloseContext value={onClose}>{children}</CloseContext>
      </div>
    </Popover>
  );
}

export interface MenuItemProps {
  readonly icon?: LucideIcon;
  readonly onSelect: () => void;
  readonly keys?: string;
  readonly hint?: ReactNode;
  readonly danger?: boolean;
  readonly disabled?: boolean;
  /** A choice among several: shown with a tick. */
  readonly checked?: boolean;
  readonly children: ReactNode;
}

export function MenuItem({ icon: Icon, onSelect, keys, hint, danger, disabled, checked, children }: MenuItemProps) {
  const close = useContext(CloseContext);
  return (
    // biome-ignore lint/a11y/useAriaPropsSupportedByRole: both roles are of menus, and without a choice there is no tick
    <button
      type="button"
      role={checked === undefined ? "menuitem" : "menuitemradio"}
      aria-checked={checked}
      tabIndex={-1}
      disabled={disabled}
      className={cx(styles.item, danger && styles.danger)}
      onPointerMove={(e: PointerEvent<HTMLButtonElement>) => e.pointerType === "mouse" && e.currentTarget.focus()}
      onClick={() => {
        close();
        onSelect();
      }}
    >
      {Icon && <Icon size={16} aria-hidden />}
      <span className={styles.text}>
        {children}
        {hint && <span className={styles.hint}>{hint}</span>}
      </span>
      {checked && <Check size={16} aria-hidden />}
      {keys && <Kbd keys={keys} />}
    </button>
  );
}

export function MenuSeparator() {
  return <hr className={styles.separator} />;
}

export function MenuLabel({ children }: { readonly children: ReactNode }) {
  return <div className={styles.label}>{children}</div>;
}

export interface ContextMenuProps {
  readonly label: string;
  /** The items, made when it opens. */
  readonly menu: () => ReactNode;
  readonly children: ReactNode;
}

const longPress = 500;

/** What a right click, a long press or the menu key on something offers. */
export function ContextMenu({ label, menu, children }: ContextMenuProps) {
  const [at, setAt] = useState<Anchor | null>(null);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const stop = () => clearTimeout(timer.current);
  const down = (e: PointerEvent) => {
    if (e.pointerType !== "touch") return;
    const point = { left: e.clientX, top: e.clientY, width: 0, height: 0 };
    stop();
    timer.current = setTimeout(() => setAt(point), longPress);
  };
  return (
    <>
      {/* biome-ignore lint/a11y/noStaticElementInteractions: a second way to what its buttons offer */}
      <div
        className={styles.around}
        onContextMenu={(e) => {
          if (e.defaultPrevented) return;
          e.preventDefault();
          stop();
          setAt({ left: e.clientX, top: e.clientY, width: 0, height: 0 });
        }}
        onPointerDown={down}
        onPointerUp={stop}
        onPointerMove={(e) => Math.abs(e.movementX) + Math.abs(e.movementY) > 4 && stop()}
        onPointerCancel={stop}
      >
        {children}
      </div>
      {at && (
        <Menu anchor={at} label={label} onClose={() => setAt(null)}>
          {menu()}
        </Menu>
      )}
    </>
  );
}
