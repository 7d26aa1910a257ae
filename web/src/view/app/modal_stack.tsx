import { Suspense, useCallback } from "react";
import type { Overlay } from "../../state/overlays";
import { useApp } from "../hooks/app";
import { useValue } from "../hooks/use_value";
import { modalOf } from "./modals";

/** The dialogs that are open. */
export function ModalStack() {
  const stack = useValue(useApp().overlays.stack);
  return stack.map((overlay) => <Opened key={overlay.id} overlay={overlay} />);
}

function Opened({ overlay: { id, name, props } }: { readonly overlay: Overlay }) {
  const app = useApp();
  const close = useCallback(() => app.overlays.close(id), [app, id]);
  const Dialog = modalOf(name);
  return (
    Dialog && (
      <Suspense>
        <Dialog {...props} close={close} />
      </Suspense>
    )
  );
}
