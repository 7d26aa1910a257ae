import { type FormEvent, useId, useState } from "react";
import { strings } from "../../i18n";
import { sidebarOf } from "../../state/sidebar";
import type { ChannelID } from "../../wire/objects";
import { useApp, useWorkspace } from "../hooks/app";
import { Button, Field, Modal, ModalBody, TextInput } from "../ui";

const t = strings.shell;

export interface SectionModalProps {
  /** The one to be renamed; without it, a new one is made. */
  readonly section?: string;
  /** What goes into the new one. */
  readonly channel?: ChannelID;
  readonly close: () => void;
}

/** Names a section of the sidebar. */
export function SectionModal({ section, channel, close }: SectionModalProps) {
  const app = useApp();
  const sidebar = sidebarOf(useWorkspace());
  const form = useId();
  const [name, setName] = useState(() => sidebar.custom.peek().find((s) => s.id === section)?.name ?? "");
  const save = async (e: FormEvent) => {
    e.preventDefault();
    close();
    try {
      if (section) return await sidebar.renameSection(section, name.trim());
      const id = await sidebar.addSection(name.trim());
      if (id && channel) await sidebar.move(channel, id);
    } catch {
      app.toasts.show({ text: strings.common.failed, tone: "danger" });
    }
  };
  return (
    <Modal
      title={section ? t.renameSection : t.newSection}
      size="sm"
      onClose={close}
      footer={
        <>
          <Button onClick={close}>{strings.common.cancel}</Button>
          <Button tone="primary" type="submit" form={form}>
            {strings.common.save}
          </Button>
        </>
      }
    >
      <ModalBody>
        <form id={form} onSubmit={(e) => void save(e)}>
          <Field label={t.sectionName}>
            {(control) => (
              <TextInput
                {...control}
                value={name}
                onChange={(e) => setName(e.currentTarget.value)}
                maxLength={50}
                data-autofocus
                dir="auto"
                required
              />
            )}
          </Field>
        </form>
      </ModalBody>
    </Modal>
  );
}
