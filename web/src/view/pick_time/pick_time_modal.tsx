import { type FormEvent, useId, useState } from "react";
import { strings } from "../../i18n";
import { catchUp } from "../../i18n/catch_up";
import { errors } from "../../i18n/errors";
import { fromLocalInput, localInput } from "../../state/reminder_times";
import { useWorkspace } from "../hooks/app";
import { Button, Field, Modal, ModalBody, TextInput } from "../ui";

export interface PickTimeModalProps {
  readonly title: string;
  /** What the button says. */
  readonly action: string;
  /** What is proposed, in seconds. */
  readonly at?: number;
  /** Seconds. */
  readonly onPick: (at: number) => void;
  readonly close: () => void;
}

/** Asks for a date and a time. */
export function PickTimeModal({ title, action, at, onPick, close }: PickTimeModalProps) {
  const workspace = useWorkspace();
  const form = useId();
  const now = new Date(workspace.platform.clock.now());
  const [text, setText] = useState(() =>
    localInput(at === undefined ? new Date(now.getTime() + 3_600_000) : new Date(at * 1000)),
  );
  const [fault, setFault] = useState<string>();
  const submit = (e: FormEvent) => {
    e.preventDefault();
    const chosen = fromLocalInput(text);
    if (chosen === undefined || chosen.getTime() <= workspace.platform.clock.now()) {
      setFault(errors.explain("time_in_past"));
      return;
    }
    close();
    onPick(Math.floor(chosen.getTime() / 1000));
  };
  return (
    <Modal
      title={title}
      size="sm"
      onClose={close}
      footer={
        <>
          <Button onClick={close}>{strings.common.cancel}</Button>
          <Button tone="primary" type="submit" form={form}>
            {action}
          </Button>
        </>
      }
    >
      <ModalBody>
        <form id={form} onSubmit={submit}>
          <Field label={catchUp.later.date} error={fault}>
            {(control) => (
              <TextInput
                {...control}
                type="datetime-local"
                data-autofocus
                min={localInput(now)}
                value={text}
                onChange={(e) => {
                  setText(e.currentTarget.value);
                  setFault(undefined);
                }}
              />
            )}
          </Field>
        </form>
      </ModalBody>
    </Modal>
  );
}
