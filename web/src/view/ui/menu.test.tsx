// @vitest-environment happy-dom
import { act, type ReactNode } from "react";
import { createRoot, type Root } from "react-dom/client";
import { afterEach, expect, test, vi } from "vitest";
import { Menu, MenuItem, MenuSeparator } from "./menu";

declare global {
  var IS_REACT_ACT_ENVIRONMENT: boolean;
}
globalThis.IS_REACT_ACT_ENVIRONMENT = true;

let root: Root | undefined;
afterEach(() => {
  act(() => root?.unmount());
  document.body.replaceChildren();
});

function draw(node: ReactNode): void {
  const place = document.body.appendChild(document.createElement("div"));
  root = createRoot(place);
  act(() => root?.render(node));
}

function opener(): HTMLButtonElement {
  const button = document.body.appendChild(document.createElement("button"));
  button.focus();
  return button;
}

const press = (key: string) =>
  act(() =>
    document.activeElement?.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true })),
  );
const focused = () => document.activeElement?.textContent;

function open(onClose: () => void, onSelect: (what: string) => void): HTMLButtonElement {
  const button = opener();
  draw(
    <Menu anchor={button} label="Things" onClose={onClose}>
      <MenuItem onSelect={() => onSelect("copy")}>Copy</MenuItem>
      <MenuItem onSelect={() => onSelect("edit")} disabled>
        Edit
      </MenuItem>
      <MenuSeparator />
      <MenuItem onSelect={() => onSelect("delete")} danger>
        Delete
      </MenuItem>
    </Menu>,
  );
  return button;
}

test("arrows, Home, End and letters go from item to item, past what is disabled", () => {
  open(vi.fn(), vi.fn());
  expect(focused()).toBe("Copy");
  press("ArrowDown");
  expect(focused()).toBe("Delete");
  press("ArrowDown");
  expect(focused()).toBe("Copy");
  press("End");
  expect(focused()).toBe("Delete");
  press("c");
  expect(focused()).toBe("Copy");
});

test("Escape, Tab and a click elsewhere close it", () => {
  const onClose = vi.fn();
  open(onClose, vi.fn());
  press("Escape");
  press("Tab");
  act(() => document.body.dispatchEvent(new Event("pointerdown", { bubbles: true })));
  expect(onClose).toHaveBeenCalledTimes(3);
});

test("choosing closes it and then does it; focus goes back", () => {
  const done: string[] = [];
  const button = open(
    () => done.push("closed"),
    (what) => done.push(what),
  );
  act(() => (document.activeElement as HTMLElement).click());
  expect(done).toEqual(["closed", "copy"]);
  act(() => root?.unmount());
  expect(document.activeElement).toBe(button);
});

test("a menu goes where what opened it comes to rest", () => {
  const button = open(vi.fn(), vi.fn());
  const menu = document.querySelector<HTMLElement>("[popover]");
  vi.spyOn(button, "getBoundingClientRect").mockReturnValue(new DOMRect(40, 50, 20, 20));
  const ends = (target: Element) => target.dispatchEvent(new Event("animationend", { bubbles: true }));
  ends(document.body.appendChild(document.createElement("div"))); // that of something else
  expect(menu?.style.getPropertyValue("--left")).toBe("8px");
  ends(document.body);
  expect(menu?.style.getPropertyValue("--left")).toBe("40px");
});
