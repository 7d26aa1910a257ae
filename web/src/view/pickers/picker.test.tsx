// @vitest-environment happy-dom
import { act, useState } from "react";
import { createRoot, type Root } from "react-dom/client";
import { afterEach, beforeEach, expect, test } from "vitest";
import { Picker } from "./picker";

const all = ["ada", "alan", "grace"];

let root: Root;
let box: HTMLElement;
let chosen: readonly string[] = [];

function Under({ most }: { readonly most?: number }) {
  const [list, setList] = useState<readonly string[]>([]);
  chosen = list;
  return (
    <Picker
      label="People"
      placeholder="Names"
      chosen={list}
      onChange={setList}
      keyOf={(name) => name}
      nameOf={(name) => name}
      find={(text) => all.filter((name) => name.startsWith(text))}
      row={(name) => name}
      none="Nobody"
      most={most}
    />
  );
}

beforeEach(() => {
  Object.assign(globalThis, { IS_REACT_ACT_ENVIRONMENT: true });
  box = document.createElement("div");
  document.body.append(box);
  root = createRoot(box);
});

afterEach(() => {
  act(() => root.unmount());
  box.remove();
});

function input(): HTMLInputElement {
  const found = box.querySelector("input");
  if (found === null) throw new Error("no input");
  return found;
}

function type(text: string): void {
  act(() => {
    input().focus();
    Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, "value")?.set?.call(input(), text);
    input().dispatchEvent(new Event("input", { bubbles: true }));
  });
}

function press(key: string): void {
  act(() => {
    input().dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }));
  });
}

const options = () => [...document.querySelectorAll("[role=option]")].map((o) => o.textContent);

test("what is typed narrows, arrows move, Enter takes, Backspace gives back", () => {
  act(() => root.render(<Under />));
  type("a");
  expect(options()).toEqual(["ada", "alan"]);
  press("ArrowDown");
  expect(document.querySelector("[aria-selected=true]")?.textContent).toBe("alan");
  expect(input().getAttribute("aria-activedescendant")).toBe(document.querySelector("[aria-selected=true]")?.id);
  press("Enter");
  expect(chosen).toEqual(["alan"]);
  expect(input().value).toBe("");
  type("a");
  expect(options()).toEqual(["ada"]);
  type("");
  press("Backspace");
  expect(chosen).toEqual([]);
});

test("Enter on nothing typed is the form's", () => {
  act(() => root.render(<Under />));
  act(() => input().focus());
  press("Enter");
  expect(chosen).toEqual([]);
});

test("no more than may be are taken", () => {
  act(() => root.render(<Under most={1} />));
  type("gr");
  press("Enter");
  expect(chosen).toEqual(["grace"]);
  type("a");
  expect(options()).toEqual([]);
});

test("nobody fits: it says so", () => {
  act(() => root.render(<Under />));
  type("zz");
  expect(document.body.textContent).toContain("Nobody");
});
