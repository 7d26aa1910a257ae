import { type FormEvent, useId, useMemo, useState } from "react";
import { strings } from "../../i18n";
import { directory } from "../../i18n/directory";
import type { User } from "../../wire/objects";
import { useApp, useWorkspace } from "../hooks/app";
import { useValue } from "../hooks/use_value";
import { Fault } from "../listing/failure";
import { useChannel } from "../listing/place";
import { useDoing } from "../listing/use_try";
import { PeoplePicker } from "../pickers/people_picker";
import { Button, Field, Modal, ModalBody } from "../ui";

const s = directory.add;

export interface AddMembersModalProps {
  readonly channel: string;
  readonly close: () => void;
}

/** Brings people into a channel. */
export function AddMembersModal({ channel: id, close }: AddMembersModalProps) {
  const app = useApp();
  const workspace = useWorkspace();
  const channel = useChannel(id);
  const form = useId();
  const doing = useDoing();
  const [chosen, setChosen] = useState<readonly User[]>([]);
  const members = useValue(useMemo(() => workspace.channels.members(id).ids, [workspace, id]));
  const without = useMemo(() => new Set(members), [members]);
  const add = async (e: FormEvent) => {
    e.preventDefault();
    if (chosen.length === 0) return;
    const users = chosen.map((user) => user.id);
    if (await doing.run(() => workspace.channels.invite(id, users))) {
      app.toasts.show({ text: s.added(users.length), tone: "success" });
      close();
    }
  };
  return (
    <Modal
      title={s.title(channel?.name ?? "…")}
      onClose={close}
      footer={
        <>
          <Button onClick={close}>{strings.common.cancel}</Button>
          <Button tone="primary" type="submit" form={form} busy={doing.busy} disabled={chosen.length === 0}>
            {s.add}
          </Button>
        </>
      }
    >
      <ModalBody>
        <form id={form} onSubmit={(e) => void add(e)}>
          <Field label={s.people}>
            {(control) => (
              <PeoplePicker {...control} chosen={chosen} onChange={setChosen} without={without} bots autoFocus />
            )}
          </Field>
          <Fault text={doing.fault} />
        </form>
      </ModalBody>
    </Modal>
  );
}
