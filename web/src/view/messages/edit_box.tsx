// A message being changed in its place. The editor comes when it is needed;
// until then the message stands as it was.

import { lazy, Suspense, useState } from "react";
import { strings } from "../../i18n";
import { codeOf } from "../../state/remote";
import type { Block, Message } from "../../wire/objects";
import type { MessageActions } from "./actions";
import { Body } from "./body";

const EditComposer = lazy(() => import("../composer/edit_composer").then((m) => ({ default: m.EditComposer })));

export interface EditBoxProps {
  readonly message: Message;
  readonly actions: MessageActions;
}

export function EditBox({ message, actions }: EditBoxProps) {
  const { app, w, state } = actions;
  // Where the person was before: at the row, or in the composer below.
  const [before] = useState(() => document.activeElement);
  const done = () => {
    state.editing.value = undefined;
    requestAnimationFrame(() => {
      if (before instanceof HTMLElement && before.isConnected) before.focus({ preventScroll: true });
    });
  };
  const save = (to: { text: string; blocks?: Block[] }) => {
    done();
    if (to.text.trim() === "" && (message.files?.length ?? 0) === 0) {
      actions.remove(message);
      return;
    }
    if (to.text === message.text) return;
    w.operations.edit(state.channel, message.ts, to).catch((error: unknown) => {
      app.toasts.show({ text: strings.messages.actionFailed(codeOf(error)), tone: "danger" });
    });
  };
  return (
    <Suspense fallback={<Body message={message} />}>
      <EditComposer
        channel={state.channel}
        thread={state.timeline.thread}
        text={message.text}
        blocks={message.blocks}
        onSave={save}
        onCancel={done}
      />
    </Suspense>
  );
}
