// @vitest-environment happy-dom
import { act, useState } from "react";
import { afterEach, expect, test } from "vitest";
import { type Drawn, draw } from "../../testing/stage";
import { useHeir } from "./focus";

let drawn: Drawn | undefined;
afterEach(() => drawn?.undo());

/** A field, another one, and a bar that goes when its button is pressed. */
function Bar() {
  const [shown, setShown] = useState(true);
  const heir = useHeir((gone) => gone.parentElement?.querySelector("input"));
  return (
    <section>
      <input aria-label="heir" />
      <input aria-label="other" />
      {shown && (
        <div ref={heir}>
          <button type="button" onClick={() => setShown(false)}>
            Away
          </button>
        </div>
      )}
    </section>
  );
}

async function away(focused: string): Promise<string | null | undefined> {
  drawn = draw(<Bar />);
  const { root } = drawn;
  root.querySelector<HTMLElement>(focused)?.focus();
  await act(async () => root.querySelector("button")?.click());
  expect(root.querySelector("button")).toBeNull();
  return document.activeElement?.getAttribute("aria-label");
}

test("what goes with the focus leaves it to its heir", async () => {
  expect(await away("button")).toBe("heir");
});

test("what goes takes the focus from nobody", async () => {
  expect(await away("[aria-label=other]")).toBe("other");
});
