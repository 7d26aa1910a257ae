import { X } from "lucide-react";
import { type ReactNode, useId, useLayoutEffect, useRef, useState } from "react";
import { createPortal } from "react-dom";
import { strings } from "../../i18n";
import { Button, IconButton } from "./button";
import { cx } from "./cx";
import { keepFocus } from "./focus";
import { LayerContext } from "./layer";
import styles from "./modal.module.css";

export interface ModalProps {
  readonly title: ReactNode;
  readonly onClose: () => void;
  readonly size?: "sm" | "md" | "lg" | "xl";
  /** The buttons, at the lower edge. */
  readonly footer?: ReactNode;
  /** Without a heading that is seen: it is read out all the same. */
  readonly bare?: boolean;
  /** Near the top instead of the middle: where results grow downwards. */
  readonly high?: boolean;
  readonly className?: string;
  readonly children: ReactNode;
}

/** A dialog: all behind it waits. Escape, a click beside it, and its × close it. Focus goes to [data-autofocus]. */
export function Modal({ title, onClose, size = "md", footer, bare, high, className, children }: ModalProps) {
  const id = useId();
  const dialog = useRef<HTMLDialogElement>(null);
  const [root, setRoot] = useState<HTMLElement | null>(null);
  const pressedBeside = useRef(false);
  useLayoutEffect(() => {
    const element = dialog.current;
    if (!element) return;
    const restoreFocus = keepFocus();
    element.showModal();
    element.querySelector<HTMLElement>("[data-autofocus]")?.focus();
    setRoot(element);
    return () => {
      element.close();
      restoreFocus();
    };
  }, []);
  return createPortal(
    // biome-ignore lint/a11y/useKeyWithClickEvents: Escape is the key for it
    <dialog
      ref={dialog}
      className={cx(styles.dialog, styles[size], high && styles.high, className)}
      aria-labelledby={id}
      onCancel={(e) => {
        if (e.target !== e.currentTarget) return;
        e.preventDefault();
        onClose();
      }}
      onPointerDown={(e) => {
        pressedBeside.current = e.target === e.currentTarget;
      }}
      onClick={(e) => e.target === e.currentTarget && pressedBeside.current && onClose()}
    >
      <LayerContext value={root}>
        <div className={styles.sheet}>
          <header className={cx(styles.header, bare && styles.bare)}>
            <h2 id={id} className={styles.title}>
              {title}
            </h2>
            {!bare && (
              <IconButton label={strings.common.close} icon={X} onClick={onClose} tip="none" className={styles.close} />
            )}
          </header>
          {children}
          {footer && <footer className={styles.footer}>{footer}</footer>}
        </div>
      </LayerContext>
    </dialog>,
    document.body,
  );
}

/** The part of a dialog that scrolls. */
export function ModalBody({ children, className }: { readonly children: ReactNode; readonly className?: string }) {
  return <div className={cx(styles.body, className)}>{children}</div>;
}

export interface ConfirmModalProps {
  readonly title: string;
  readonly text?: ReactNode;
  /** What the button says: what will happen. */
  readonly action: string;
  readonly danger?: boolean;
  readonly onConfirm: () => void;
  readonly close: () => void;
}

/** Asks before something that can't be taken back. */
export function ConfirmModal({ title, text, action, danger, onConfirm, close }: ConfirmModalProps) {
  return (
    <Modal
      title={title}
      size="sm"
      onClose={close}
      footer={
        <>
          <Button onClick={close}>{strings.common.cancel}</Button>
          <Button
            tone={danger ? "danger" : "primary"}
            data-autofocus
            onClick={() => {
              close();
              onConfirm();
            }}
          >
            {action}
          </Button>
        </>
      }
    >
      {text && <ModalBody>{text}</ModalBody>}
    </Modal>
  );
}
