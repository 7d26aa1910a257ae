import { X } from "lucide-react";
import { type KeyboardEvent, type ReactNode, useId, useRef, useState } from "react";
import { pick } from "../../i18n/pick";
import { cx, Popover } from "../ui";
import styles from "./picker.module.css";

export interface PickerProps<T> {
  /** Ties it to its label: what Field gives. */
  readonly id?: string;
  readonly "aria-describedby"?: string;
  readonly "aria-invalid"?: boolean;
  readonly label: string;
  readonly placeholder: string;
  readonly chosen: readonly T[];
  readonly onChange: (chosen: readonly T[]) => void;
  readonly keyOf: (item: T) => string;
  readonly nameOf: (item: T) => string;
  readonly find: (text: string) => readonly T[];
  readonly row: (item: T) => ReactNode;
  readonly sign?: (item: T) => ReactNode;
  readonly none: string;
  readonly most?: number;
  readonly autoFocus?: boolean;
}

/** Several of many: what is chosen stands as chips before what is typed, and what fits in a list under it. */
export function Picker<T>(props: PickerProps<T>) {
  const { label, placeholder, chosen, onChange, keyOf, nameOf, find, row, sign, none, most, autoFocus } = props;
  const [text, setText] = useState("");
  const [open, setOpen] = useState(false);
  const [at, setAt] = useState(0);
  const [box, setBox] = useState<HTMLDivElement | null>(null);
  const input = useRef<HTMLInputElement>(null);
  const list = useId();
  const full = most !== undefined && chosen.length >= most;
  const taken = new Set(chosen.map(keyOf));
  const found = open && !full ? find(text).filter((item) => !taken.has(keyOf(item))) : [];
  const active = found[Math.min(at, found.length - 1)];

  const take = (item: T) => {
    onChange([...chosen, item]);
    setText("");
    setAt(0);
    setOpen(false);
    input.current?.focus();
  };
  const drop = (item: T) => {
    onChange(chosen.filter((other) => keyOf(other) !== keyOf(item)));
    input.current?.focus();
  };
  const onKeyDown = (e: KeyboardEvent<HTMLInputElement>) => {
    switch (e.key) {
      case "ArrowDown":
      case "ArrowUp":
        e.preventDefault();
        setOpen(true);
        if (found.length > 0)
          setAt((Math.min(at, found.length - 1) + (e.key === "ArrowDown" ? 1 : -1) + found.length) % found.length);
        return;
      case "Enter":
        if (open && active !== undefined) {
          e.preventDefault();
          take(active);
        }
        return;
      case "Backspace": {
        const last = chosen[chosen.length - 1];
        if (text === "" && last !== undefined) drop(last);
        return;
      }
      case "Escape":
        if (open && text !== "") {
          e.preventDefault();
          e.stopPropagation();
          setOpen(false);
        }
    }
  };

  return (
    <div ref={setBox} className={cx(styles.box, props["aria-invalid"] && styles.invalid)}>
      {chosen.map((item) => (
        <span key={keyOf(item)} className={styles.chip}>
          {sign?.(item)}
          <span className={styles.chipName}>{nameOf(item)}</span>
          <button type="button" className={styles.drop} aria-label={pick.take(nameOf(item))} onClick={() => drop(item)}>
            <X size={14} aria-hidden />
          </button>
        </span>
      ))}
      <input
        ref={input}
        id={props.id}
        className={styles.input}
        role="combobox"
        aria-label={props.id === undefined ? label : undefined}
        aria-describedby={props["aria-describedby"]}
        aria-invalid={props["aria-invalid"]}
        aria-expanded={open && found.length > 0}
        aria-controls={list}
        aria-autocomplete="list"
        aria-activedescendant={open && active !== undefined ? `${list}-${keyOf(active)}` : undefined}
        autoComplete="off"
        spellCheck={false}
        value={text}
        placeholder={chosen.length === 0 ? placeholder : undefined}
        disabled={full && most === 0}
        data-autofocus={autoFocus}
        onClick={() => setOpen(true)}
        onBlur={() => setOpen(false)}
        onKeyDown={onKeyDown}
        onChange={(e) => {
          setText(e.currentTarget.value);
          setAt(0);
          setOpen(true);
        }}
      />
      {open && !full && box !== null && (found.length > 0 || text.trim() !== "") && (
        <Popover
          anchor={box}
          onClose={() => setOpen(false)}
          label={label}
          keepFocus
          role="listbox"
          className={styles.list}
        >
          <div id={list} role="listbox" aria-label={label} style={{ width: box.offsetWidth - 8 }}>
            {found.length === 0 && <p className={styles.none}>{none}</p>}
            {found.map((item) => (
              // biome-ignore lint/a11y/useKeyWithClickEvents: the input's keys move among the options
              <div
                key={keyOf(item)}
                id={`${list}-${keyOf(item)}`}
                role="option"
                tabIndex={-1}
                aria-selected={item === active}
                className={cx(styles.option, item === active && styles.active)}
                onPointerMove={() => item !== active && setAt(found.indexOf(item))}
                onPointerDown={(e) => e.preventDefault()}
                onClick={() => take(item)}
              >
                {row(item)}
              </div>
            ))}
          </div>
        </Popover>
      )}
    </div>
  );
}
