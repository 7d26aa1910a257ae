import { Modal } from "../ui";

export interface PreferencesModalProps {
  readonly section?: string;
  readonly close: () => void;
}

export function PreferencesModal({ close }: PreferencesModalProps) {
  return (
    <Modal title="Preferences" onClose={close}>
      {null}
    </Modal>
  );
}
