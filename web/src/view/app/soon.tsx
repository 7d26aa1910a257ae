import { Sprout } from "lucide-react";
import { EmptyState, Modal } from "../ui";

/** Where a pane will be. */
export function Soon() {
  return <EmptyState icon={Sprout} title="This pane is on its way" />;
}

export function SoonModal({ close }: { readonly close: () => void }) {
  return (
    <Modal title="Soon" onClose={close}>
      <Soon />
    </Modal>
  );
}
