import { type FormEvent, useId, useState } from "react";
import { strings } from "../../i18n";
import { switcher as t } from "../../i18n/en/switcher";
import type { User } from "../../wire/objects";
import { useApp, useWorkspace } from "../hooks/app";
import { PeoplePicker } from "../pickers/people_picker";
import { Button, Field, Modal, ModalBody } from "../ui";

const most = 8;

/** Chooses whom to write to: one person, or a group. */
export function NewMessageModal({ close }: { readonly close: () => void }) {
  const app = useApp();
  const w = useWorkspace();
  const form = useId();
  const [chosen, setChosen] = useState<readonly User[]>([]);
  const [busy, setBusy] = useState(false);
  const open = async (e: FormEvent) => {
    e.preventDefault();
    setBusy(true);
    try {
      const channel = await w.channels.openDM(chosen.map((u) => u.id));
      close();
      app.navigate({ main: { type: "channel", channel: channel.id } });
    } catch {
      setBusy(false);
      app.toasts.show({ text: strings.common.failed, tone: "danger" });
    }
  };
  return (
    <Modal
      title={t.newMessage}
      onClose={close}
      footer={
        <>
          <Button onClick={close}>{strings.common.cancel}</Button>
          <Button tone="primary" type="submit" form={form} busy={busy} disabled={chosen.length === 0}>
            {t.write}
          </Button>
        </>
      }
    >
      <ModalBody>
        <form id={form} onSubmit={(e) => void open(e)}>
          <Field label={t.to} hint={t.toHint}>
            {(control) => <PeoplePicker {...control} chosen={chosen} onChange={setChosen} most={most} autoFocus bots />}
          </Field>
        </form>
      </ModalBody>
    </Modal>
  );
}
