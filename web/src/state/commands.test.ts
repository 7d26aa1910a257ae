import { expect, test } from "vitest";
import { type Command, Commands, type KeyPress } from "./commands";

function press(key: string, code = "", held: Partial<KeyPress> = {}): KeyPress {
  return { key, code, ctrlKey: false, metaKey: false, altKey: false, shiftKey: false, ...held };
}

function commands(mac: boolean, ...list: Partial<Command>[]): { all: Commands; ran: string[] } {
  const ran: string[] = [];
  const all = new Commands(mac);
  for (const c of list)
    all.register({ id: "", title: "", group: "window", run: () => void ran.push(c.id ?? ""), ...c });
  return { all, ran };
}

test("Mod is ⌘ on a Mac and Ctrl elsewhere", () => {
  const pc = commands(false, { id: "k", keys: "Mod+K" });
  expect(pc.all.press(press("k", "KeyK", { ctrlKey: true }), true)).toBe(true);
  expect(pc.all.press(press("k", "KeyK", { metaKey: true }), true)).toBe(false);
  const mac = commands(true, { id: "k", keys: "Mod+K" });
  expect(mac.all.press(press("k", "KeyK", { metaKey: true }), true)).toBe(true);
  expect(mac.all.label("Mod+Shift+K")).toEqual(["⌘", "⇧", "K"]);
});

test("a key is the same on keyboards that type other letters there", () => {
  const { all, ran } = commands(false, { id: "k", keys: "Mod+Shift+K" }, { id: "9", keys: "Ctrl+1" });
  all.press(press("Л", "KeyK", { ctrlKey: true, shiftKey: true }), false);
  all.press(press("&", "Digit1", { ctrlKey: true }), false);
  expect(ran).toEqual(["k", "9"]);
});

test("a key by itself is left to what is typed in", () => {
  const { all, ran } = commands(false, { id: "?", keys: "?" }, { id: "esc", keys: "Escape", whileTyping: true });
  expect(all.press(press("?", "Slash", { shiftKey: true }), true)).toBe(false);
  expect(all.press(press("?", "Slash", { shiftKey: true }), false)).toBe(true);
  expect(all.press(press("Escape", "Escape"), true)).toBe(true);
  expect(ran).toEqual(["?", "esc"]);
});

test("the last one registered that has something to do runs", () => {
  const { all, ran } = commands(
    false,
    { id: "first", keys: "Escape" },
    { id: "second", keys: "Escape", when: () => false },
    { id: "third", keys: "Escape", run: () => false },
  );
  expect(all.press(press("Escape"), false)).toBe(true);
  expect(ran).toEqual(["first"]);
});

test("what is undone is gone", () => {
  const { all } = commands(false);
  const undo = all.register({ id: "a", title: "", group: "window", keys: "F6", run: () => {} });
  undo();
  expect(all.press(press("F6"), false)).toBe(false);
  expect(all.all.value).toEqual([]);
});
