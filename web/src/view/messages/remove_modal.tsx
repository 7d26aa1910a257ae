// Asks before a message is deleted, and shows which.

import { strings } from "../../i18n";
import type { Message } from "../../wire/objects";
import { Excerpt } from "../excerpt/excerpt";
import { ConfirmModal } from "../ui";
import styles from "./remove_modal.module.css";

export interface RemoveModalProps {
  readonly message: Message;
  readonly onConfirm: () => void;
  readonly close: () => void;
}

export function RemoveModal({ message, onConfirm, close }: RemoveModalProps) {
  const { removeSure, removeText, removeAction } = strings.messages;
  const text = (
    <>
      {removeText}
      <div className={styles.message}>
        <Excerpt message={message} clamp dated />
      </div>
    </>
  );
  return (
    <ConfirmModal title={removeSure} text={text} action={removeAction} danger onConfirm={onConfirm} close={close} />
  );
}
