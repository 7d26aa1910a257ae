// @vitest-environment happy-dom
import { act, useRef } from "react";
import { createRoot, type Root } from "react-dom/client";
import { afterEach, beforeEach, expect, it } from "vitest";
import type { App } from "../../state/app";
import { Overlays } from "../../state/overlays";
import { AppContext } from "../hooks/app";
import type { MessageEditor } from "./message_editor";
import { useComposerCommands } from "./use_composer_commands";

declare global {
  var IS_REACT_ACT_ENVIRONMENT: boolean;
}
globalThis.IS_REACT_ACT_ENVIRONMENT = true;

const app = { overlays: new Overlays(), commands: { register: () => () => {} } } as unknown as App;
const actions = { attach: () => {}, toolbar: () => {} };
let root: Root;
let taken: string[];

function Pane({ name }: { readonly name: string }) {
  const box = useRef<HTMLDivElement>(null);
  const editor = useRef({ focus: () => taken.push(name) } as unknown as MessageEditor);
  useComposerCommands(box, editor.current, name === "thread", actions);
  return (
    <section>
      <div role="log" id={name} tabIndex={-1}>
        <button type="button" id={`${name}-button`} />
      </div>
      <div ref={box} />
    </section>
  );
}

beforeEach(() => {
  taken = [];
  document.body.innerHTML = "<main></main>";
  root = createRoot(document.querySelector("main") as HTMLElement);
  act(() =>
    root.render(
      <AppContext value={app}>
        <Pane name="channel" />
        <Pane name="thread" />
      </AppContext>,
    ),
  );
});

afterEach(() => act(() => root.unmount()));

it.each([
  ["nowhere", undefined, ["channel"]],
  ["at the list of a channel", "channel", ["channel"]],
  ["at the list of a thread", "thread", ["thread"]],
  ["at something in the list", "channel-button", []],
])("a letter typed %s goes to the composer that is for it, if there is one", (_, id, to) => {
  if (id) document.getElementById(id)?.focus();
  (document.activeElement ?? document.body).dispatchEvent(new KeyboardEvent("keydown", { key: "a", bubbles: true }));
  expect(taken).toEqual(to);
});
