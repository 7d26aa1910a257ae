import { CircleAlert, CircleCheck, X } from "lucide-react";
import { useRef } from "react";
import { strings } from "../../i18n";
import type { Toasts } from "../../state/toasts";
import { useValue } from "../hooks/use_value";
import { IconButton } from "./button";
import { cx } from "./cx";
import styles from "./toast_list.module.css";

/** The notes at the lower edge; read out as they come. */
export function ToastList({ toasts }: { readonly toasts: Toasts }) {
  const list = useValue(toasts.list);
  const resume = useRef<() => void>(undefined);
  const hold = () => {
    resume.current ??= toasts.hold();
  };
  const go = () => {
    resume.current?.();
    resume.current = undefined;
  };
  return (
    <section
      className={styles.list}
      aria-label={strings.common.notes}
      onPointerEnter={hold}
      onPointerLeave={go}
      onFocus={hold}
      onBlur={go}
    >
      <div role="status" aria-live="polite">
        {list.map((t) => (
          <div key={t.id} className={cx(styles.toast, styles[t.tone])}>
            {t.tone === "danger" && <CircleAlert size={16} aria-hidden />}
            {t.tone === "success" && <CircleCheck size={16} aria-hidden />}
            <span className={styles.text}>{t.text}</span>
            {t.action && (
              <button
                type="button"
                className={styles.action}
                onClick={() => {
                  toasts.dismiss(t.id);
                  t.action?.run();
                }}
              >
                {t.action.label}
              </button>
            )}
            <IconButton
              label={strings.common.dismiss}
              icon={X}
              size="sm"
              tip="none"
              onClick={() => toasts.dismiss(t.id)}
            />
          </div>
        ))}
      </div>
    </section>
  );
}
