import { Sprout } from "lucide-react";
import { EmptyState } from "../ui";

/** Where a pane will be. */
export function Soon() {
  return <EmptyState icon={Sprout} title="This pane is on its way" />;
}
