import { Suspense } from "react";
import { useApp } from "../hooks/app";
import { useValue } from "../hooks/use_value";
import { modalOf } from "./modals";

/** The dialogs that are open. */
export function ModalStack() {
  const app = useApp();
  const stack = useValue(app.overlays.stack);
  return stack.map(({ id, name, props }) => {
    const Component = modalOf(name);
    return (
      Component && (
        <Suspense key={id}>
          <Component {...props} close={() => app.overlays.close(id)} />
        </Suspense>
      )
    );
  });
}
