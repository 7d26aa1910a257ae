import { Check } from "lucide-react";
import { type ReactNode, useId } from "react";
import { cx } from "./cx";
import styles from "./toggle.module.css";

export interface ToggleProps {
  readonly label: ReactNode;
  readonly hint?: ReactNode;
  readonly checked: boolean;
  readonly onChange: (checked: boolean) => void;
  readonly disabled?: boolean;
}

/** On or off, at once: the label on the left, the switch at the right edge. */
export function Switch({ label, hint, checked, onChange, disabled }: ToggleProps) {
  const id = useId();
  return (
    <label className={cx(styles.row, disabled && styles.disabled)}>
      <span className={styles.text}>
        <span>{label}</span>
        {hint && (
          <span className={styles.hint} id={id}>
            {hint}
          </span>
        )}
      </span>
      <input
        type="checkbox"
        role="switch"
        aria-checked={checked}
        className={styles.native}
        checked={checked}
        disabled={disabled}
        aria-describedby={hint ? id : undefined}
        onChange={(e) => onChange(e.currentTarget.checked)}
      />
      <span className={styles.track} aria-hidden>
        <span className={styles.thumb} />
      </span>
    </label>
  );
}

/** One of several that may all be chosen. */
export function Checkbox({ label, hint, checked, onChange, disabled }: ToggleProps) {
  const id = useId();
  return (
    <label className={cx(styles.row, styles.start, disabled && styles.disabled)}>
      <input
        type="checkbox"
        className={styles.native}
        checked={checked}
        disabled={disabled}
        aria-describedby={hint ? id : undefined}
        onChange={(e) => onChange(e.currentTarget.checked)}
      />
      <span className={styles.box} aria-hidden>
        <Check size={14} strokeWidth={3} />
      </span>
      <span className={styles.text}>
        <span>{label}</span>
        {hint && (
          <span className={styles.hint} id={id}>
            {hint}
          </span>
        )}
      </span>
    </label>
  );
}

export interface RadioGroupProps<T extends string> {
  readonly label: ReactNode;
  readonly hideLabel?: boolean;
  readonly value: T;
  readonly onChange: (value: T) => void;
  readonly options: readonly {
    readonly value: T;
    readonly label: ReactNode;
    readonly hint?: ReactNode;
    readonly disabled?: boolean;
  }[];
}

export function RadioGroup<T extends string>({ label, hideLabel, value, onChange, options }: RadioGroupProps<T>) {
  const name = useId();
  return (
    <fieldset className={styles.group}>
      <legend className={cx(styles.legend, hideLabel && styles.hidden)}>{label}</legend>
      {options.map((o) => (
        <label key={o.value} className={cx(styles.row, styles.start, o.disabled && styles.disabled)}>
          <input
            type="radio"
            className={styles.native}
            name={name}
            value={o.value}
            checked={o.value === value}
            disabled={o.disabled}
            onChange={() => onChange(o.value)}
          />
          <span className={styles.radio} aria-hidden />
          <span className={styles.text}>
            <span>{o.label}</span>
            {o.hint && <span className={styles.hint}>{o.hint}</span>}
          </span>
        </label>
      ))}
    </fieldset>
  );
}
