// @vitest-environment happy-dom
import { signal } from "@preact/signals-core";
import { closeHistory, undo } from "prosemirror-history";
import { TextSelection } from "prosemirror-state";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { blockOf } from "../../text/serialize";
import { mrkdwnOf } from "../../text/serialize_mrkdwn";
import { type EditorSettings, MessageEditor } from "./message_editor";
import type { Trigger } from "./trigger";

let place: HTMLElement;
let editor: MessageEditor;
let enterSends: boolean;
const actions = {
  submit: vi.fn(() => true),
  up: vi.fn(() => true),
  escape: vi.fn(() => false),
  link: vi.fn(),
  files: vi.fn(() => true),
  changed: vi.fn(),
};

function settings(): EditorSettings {
  const named = (id: string) => signal(id.toLowerCase());
  return {
    label: "Message",
    placeholder: "Message #general",
    slash: true,
    names: { user: named, usergroup: named, channel: named, emoji: () => signal({ glyph: "🎉" }) },
    emojiNamed: (name) => (name === "tada" || name === "slightly_smiling_face" ? { id: name, tone: 0 } : undefined),
    mentioned: (name) =>
      name === "here" ? { kind: "broadcast", id: name } : name === "ada" ? { kind: "user", id: "U1" } : undefined,
    actions: { ...actions, enterSends: () => enterSends, facesToo: () => true },
    classes: { editor: "editor", empty: "empty", mention: "mention", emoji: "emoji" },
  };
}

beforeEach(() => {
  vi.clearAllMocks();
  enterSends = true;
  place = document.createElement("div");
  document.body.append(place);
  editor = new MessageEditor(place, settings());
  editor.view.hasFocus = () => true;
});

afterEach(() => {
  editor.destroy();
  place.remove();
});

/** Types as a browser would: each letter goes past the input rules first. */
function type(text: string): void {
  for (const letter of text) {
    const { view } = editor;
    const { from, to } = view.state.selection;
    const insert = () => view.state.tr.insertText(letter, from, to);
    if (!view.someProp("handleTextInput", (f) => f(view, from, to, letter, insert))) view.dispatch(insert());
  }
}

function press(key: string, more: KeyboardEventInit = {}): boolean {
  const event = new KeyboardEvent("keydown", { key, ...more });
  return Boolean(editor.view.someProp("handleKeyDown", (f) => f(editor.view, event)));
}

const text = () => mrkdwnOf(blockOf(editor.doc)?.elements ?? []);
const kinds = () => editor.doc.content?.map((block) => block.type);

describe("Markdown as it is typed", () => {
  test.each([
    ["a *bold* word", "a *bold* word"],
    ["**bold** too", "*bold* too"],
    ["_it_ and ~no~", "_it_ and ~no~"],
    ["*_both_* x", "*_both_* x"],
    ["`let *x* = 1` done", "`let *x* = 1` done"],
    ["snake_case_name 2*3*4", "snake_case_name 2*3*4"],
    ["[words](example.com/a) x", "<https://example.com/a|words> x"],
    ["[no](javascript:alert)", "[no](javascript:alert)"],
    ["at 10:30:45 :tada: :nothing:", "at 10:30:45 :tada: :nothing:"],
  ])("%s", (typed, said) => {
    type(typed);
    expect(text()).toBe(said);
  });

  test("marks end where the sign ends", () => {
    type("*bold* plain");
    expect(blockOf(editor.doc)?.elements[0]?.elements).toEqual([
      { type: "text", text: "bold", style: { bold: true } },
      { type: "text", text: " plain" },
    ]);
  });

  test("faces and names become emoji, and Backspace takes it back", () => {
    type("so :) ");
    expect(text().trim()).toBe("so :slightly_smiling_face:");
    editor.setDoc(undefined);
    type(":tada:");
    press("Backspace");
    expect(editor.view.state.doc.textContent).toBe(":tada:");
  });

  test("lines become lists, quotes and code", () => {
    type("- one");
    press("Enter", { shiftKey: true });
    type("two");
    press("Enter", { shiftKey: true });
    press("Tab");
    type("deeper");
    expect(text()).toBe("• one\n• two\n    ◦ deeper");
    editor.setDoc(undefined);
    type("3. three");
    expect(text()).toBe("3. three");
    editor.setDoc(undefined);
    type("> said");
    expect(text()).toBe("&gt; said");
    editor.setDoc(undefined);
    type("```");
    type("x = *1*");
    expect(kinds()).toEqual(["code_block"]);
    expect(text()).toBe("```\nx = *1*\n```");
  });
});

describe("keys", () => {
  test("Enter sends and Shift-Enter breaks, or the other way round", () => {
    type("a");
    press("Enter");
    expect(actions.submit).toHaveBeenCalledTimes(1);
    press("Enter", { shiftKey: true });
    expect(kinds()).toEqual(["paragraph", "paragraph"]);
    enterSends = false;
    press("Enter");
    expect(kinds()?.length).toBe(3);
    expect(actions.submit).toHaveBeenCalledTimes(1);
    press("Enter", { ctrlKey: true });
    expect(actions.submit).toHaveBeenCalledTimes(2);
  });

  test("Enter is a line of code in code, and three of them lead out", () => {
    type("```");
    type("x");
    for (let i = 0; i < 3; i++) press("Enter");
    expect(actions.submit).not.toHaveBeenCalled();
    expect(kinds()).toEqual(["code_block", "paragraph"]);
    type("after");
    expect(text()).toBe("```\nx\n```\nafter");
  });

  test("an empty item leads out of a list, Backspace out of a quote", () => {
    type("- one");
    press("Enter", { shiftKey: true });
    press("Enter", { shiftKey: true });
    expect(kinds()).toEqual(["bullet_list", "paragraph"]);
    editor.setDoc(undefined);
    type("> ");
    press("Backspace");
    expect(kinds()).toEqual(["paragraph"]);
  });

  test("↑ edits the last message only from an empty composer", () => {
    expect(press("ArrowUp")).toBe(true);
    expect(actions.up).toHaveBeenCalledTimes(1);
    type("x");
    press("ArrowUp");
    expect(actions.up).toHaveBeenCalledTimes(1);
  });

  test("styles are put on and taken off", () => {
    press("b", { ctrlKey: true });
    type("x");
    expect([...editor.format.peek().marks]).toEqual(["bold"]);
    press("b", { ctrlKey: true });
    type("y");
    expect(text()).toBe("*x*y");
    editor.toggleBlock("bullet_list");
    expect(editor.format.peek().block).toBe("bullet_list");
    editor.toggleBlock("ordered_list");
    expect(text()).toBe("1. *x*y");
    editor.toggleBlock("ordered_list");
    expect(kinds()).toEqual(["paragraph"]);
  });
});

describe("completions", () => {
  const now = () => editor.completing.trigger.peek();

  test("begin at a sign, and end with it", () => {
    type("hi @ad");
    expect(now()).toMatchObject({ kind: "mention", query: "ad" });
    editor.complete(now() as Trigger, "user", { id: "U1" });
    expect(text().trim()).toBe("hi <@U1>");
    expect(now()).toBeUndefined();
    type("in #gen");
    expect(now()).toMatchObject({ kind: "channel", query: "gen" });
    type(" :ta");
    expect(now()).toMatchObject({ kind: "emoji", query: "ta" });
  });

  test("are not needed for a whole name", () => {
    type("so @ada and @here or @nobody ");
    expect(text().trim()).toBe("so <@U1> and <!here> or @nobody");
  });

  test("are not for addresses, times and code", () => {
    type("ada@example 10:30");
    expect(now()).toBeUndefined();
    editor.setDoc(undefined);
    type("```");
    type("@x");
    expect(now()).toBeUndefined();
  });

  test("of commands only at the start", () => {
    type("/m");
    expect(now()).toMatchObject({ kind: "slash", query: "m" });
    type("e x");
    expect(now()).toBeUndefined();
    editor.setDoc(undefined);
    type("a /m");
    expect(now()).toBeUndefined();
  });

  test("stay closed until another begins", () => {
    type("@a");
    editor.completing.close();
    type("d");
    expect(now()).toBeUndefined();
    type(" @b");
    expect(now()).toMatchObject({ query: "b" });
  });

  test("take the keys that the list wants", () => {
    type("@a");
    editor.completing.keys = (e) => e.key === "Enter";
    press("Enter");
    expect(actions.submit).not.toHaveBeenCalled();
  });
});

test("Backspace takes a mention as a whole", () => {
  type("@a");
  editor.complete(editor.completing.trigger.peek() as Trigger, "user", { id: "U1" });
  press("Backspace");
  editor.view.dispatch(editor.view.state.tr.delete(2, 3)); // the space, as a browser deletes it
  press("Backspace");
  expect(editor.blank.peek()).toBe(true);
});

test("a link is found at the cursor, changed and taken away", () => {
  type("[words](example.com) ");
  editor.run((state, dispatch) => {
    const Near = state.selection.constructor as unknown as { near(p: unknown): typeof state.selection };
    dispatch?.(state.tr.setSelection(Near.near(state.doc.resolve(3))));
    return true;
  });
  const link = editor.linkAt();
  expect(link).toMatchObject({ text: "words", href: "https://example.com" });
  editor.setLink({ ...link, text: "other", href: "https://b.example" });
  expect(text().trim()).toBe("<https://b.example|other>");
  editor.setLink({ ...editor.linkAt(), href: "" });
  expect(text().trim()).toBe("other");
});

test("the editor says what it is", () => {
  const dom = editor.view.dom;
  expect(dom.getAttribute("role")).toBe("textbox");
  expect(dom.getAttribute("data-placeholder")).toBe("Message #general");
  expect(dom.classList.contains("empty")).toBe(true);
  type("x");
  expect(dom.classList.contains("empty")).toBe(false);
  editor.setWords("Message to ada", "Message ada");
  expect(dom.getAttribute("aria-label")).toBe("Message to ada");
});

describe("a text that is put aside", () => {
  const doc = (text: string) => ({ type: "doc", content: [{ type: "paragraph", content: [{ type: "text", text }] }] });
  const read = () => editor.view.state.doc.textContent;

  test("is there again with its history and its cursor", () => {
    type("one");
    editor.view.dispatch(closeHistory(editor.view.state.tr));
    type(" two");
    editor.view.dispatch(editor.view.state.tr.setSelection(TextSelection.create(editor.view.state.doc, 3)));
    editor.putAside("C1", "1");
    editor.takeUp("C2", undefined, () => undefined);
    expect(read()).toBe("");
    expect(editor.blank.peek()).toBe(true);
    type("elsewhere");
    editor.putAside("C2", "2");
    editor.takeUp("C1", "1", () => doc("not this"));
    expect(read()).toBe("one two");
    expect(editor.view.state.selection.from).toBe(3);
    undo(editor.view.state, editor.view.dispatch);
    expect(read()).toBe("one");
    undo(editor.view.state, editor.view.dispatch);
    expect(read()).toBe(""); // and not "elsewhere"
  });

  test("is another where its place says otherwise by now", () => {
    type("old");
    editor.putAside("C1", "1");
    editor.takeUp("C1", "2", () => doc("written elsewhere"));
    expect(read()).toBe("written elsewhere");
    expect(editor.view.state.selection.from).toBe("written elsewhere".length + 1);
    expect(undo(editor.view.state)).toBe(false);
  });

  test("takes what an input method has begun, which ends", () => {
    const blurred = vi.fn();
    editor.view.dom.addEventListener("blur", blurred);
    editor.view.dom.focus();
    editor.view.dom.dispatchEvent(new CompositionEvent("compositionstart"));
    expect(editor.view.composing).toBe(true);
    editor.putAside("C1", undefined);
    expect(blurred).toHaveBeenCalled();
  });

  test("and its completions end with it", () => {
    type("@a");
    expect(editor.completing.trigger.peek()).toBeDefined();
    editor.putAside("C1", "1");
    editor.takeUp("C2", undefined, () => undefined);
    expect(editor.completing.trigger.peek()).toBeUndefined();
  });
});
