import { type ReadonlySignal, type Signal, signal } from "@preact/signals-core";
import { history } from "prosemirror-history";
import { type Attrs, Node } from "prosemirror-model";
import { type Command, EditorState, type Plugin, Selection, TextSelection, type Transaction } from "prosemirror-state";
import { EditorView } from "prosemirror-view";
import type { DocNode } from "../../text/serialize";
import { type EmojiNamed, type Mentioned, markdownRules } from "./input_rules";
import { type BlockName, editorKeys, hasMark, inside, isEmpty, type MarkName, toggle, toggleBlock } from "./keys";
import { type Names, nodeViews } from "./node_views";
import { pasteRules } from "./paste";
import { schema } from "./schema";
import { Completing, type Trigger } from "./trigger";

/** What an editor asks of what is around it. Of each that gives a boolean, true means that the key was used. */
export interface EditorActions {
  submit(): boolean;
  up(): boolean;
  escape(): boolean;
  link(): void;
  files(files: File[]): boolean;
  /** The text was changed by a person; it is called with each key, so it must do next to nothing. */
  changed(): void;
  enterSends(): boolean;
  facesToo(): boolean;
}

export interface EditorSettings {
  readonly label: string;
  readonly placeholder: string;
  readonly doc?: DocNode;
  /** Slash commands are offered. */
  readonly slash: boolean;
  readonly names: Names;
  readonly emojiNamed: EmojiNamed;
  readonly mentioned: Mentioned;
  readonly actions: EditorActions;
  readonly classes: {
    readonly editor: string;
    readonly empty: string;
    readonly mention: string;
    readonly emoji: string;
  };
}

/** What the toolbar shows as pressed. */
export interface Format {
  readonly marks: ReadonlySet<MarkName>;
  readonly block: BlockName | undefined;
  readonly link: boolean;
}

const markNames: readonly MarkName[] = ["bold", "italic", "strike", "code"];
const blockNames: readonly BlockName[] = ["code_block", "blockquote", "bullet_list", "ordered_list"];
const noFormat: Format = { marks: new Set(), block: undefined, link: false };

/** So many texts are put aside with their history. */
const mostAside = 30;

/** A text that was left in a place, and by what its place knows it. */
interface Aside {
  readonly state: EditorState;
  readonly mark: string | undefined;
}

export interface LinkAt {
  readonly from: number;
  readonly to: number;
  readonly text: string;
  readonly href: string;
}

/**
 * The editor of a message, without any of React: a ProseMirror view, and as
 * signals what the buttons around it show. A key costs a transaction and a look
 * at the cursor's surroundings; nothing of it grows with the workspace.
 */
export class MessageEditor {
  readonly completing: Completing;
  readonly format: ReadonlySignal<Format>;
  /** Nothing that could be sent is in it. */
  readonly blank: ReadonlySignal<boolean>;
  readonly view: EditorView;

  readonly #settings: EditorSettings;
  #words: { readonly label: string; readonly placeholder: string };
  readonly #format: Signal<Format> = signal(noFormat);
  readonly #blank: Signal<boolean>;
  readonly #plugins: Plugin[];
  /** Without a text: one for all, so that from one empty place to another nothing is drawn. */
  readonly #empty: EditorState;
  /** By place; the one that was left last stands last. */
  readonly #aside = new Map<string, Aside>();

  constructor(place: HTMLElement, settings: EditorSettings) {
    const { actions } = settings;
    this.#settings = settings;
    this.#words = settings;
    this.completing = new Completing(settings.slash);
    this.#plugins = [
      this.completing.plugin(),
      pasteRules({ files: (files) => actions.files(files) }),
      markdownRules(settings.emojiNamed, settings.mentioned, () => actions.facesToo()),
      ...editorKeys({
        enterSends: () => actions.enterSends(),
        submit: () => actions.submit(),
        up: () => actions.up(),
        escape: () => actions.escape(),
        link: () => {
          actions.link();
          return true;
        },
      }),
      history({ newGroupDelay: 400 }),
    ];
    this.format = this.#format;
    this.#empty = EditorState.create({ schema, plugins: this.#plugins });
    const state = this.#stateOf(settings.doc);
    this.#blank = signal(isNothing(state.doc));
    this.blank = this.#blank;
    this.view = new EditorView(place, {
      state,
      nodeViews: nodeViews(settings.names, settings.classes),
      dispatchTransaction: (tr) => this.#dispatch(tr),
      attributes: (now) => ({
        class: isEmpty(now) ? `${settings.classes.editor} ${settings.classes.empty}` : settings.classes.editor,
        role: "textbox",
        "aria-multiline": "true",
        "aria-label": this.#words.label,
        "aria-autocomplete": "list",
        "data-placeholder": this.#words.placeholder,
        spellcheck: "true",
        dir: "auto",
      }),
    });
  }

  get doc(): DocNode {
    return this.view.state.doc.toJSON() as DocNode;
  }

  /** Puts another text in; what was there can't be undone to. */
  setDoc(doc: DocNode | undefined): void {
    this.view.updateState(this.#stateOf(doc));
    this.#look();
  }

  /** Leaves a place: its text is kept with its history and its cursor, under a mark of what it says. */
  putAside(place: string, mark: string | undefined): void {
    // An input method ends what it composes, in the text that it is meant for.
    if (this.view.composing) this.view.dom.blur();
    this.#aside.delete(place);
    this.#aside.set(place, { state: this.view.state, mark });
    for (const [oldest] of this.#aside) if (this.#aside.size > mostAside) this.#aside.delete(oldest);
  }

  /** Comes to a place: to the text that was left there, if it still says what the mark does, else to this one. */
  takeUp(place: string, mark: string | undefined, doc: () => DocNode | undefined): void {
    const left = this.#aside.get(place);
    this.view.updateState(left !== undefined && left.mark === mark ? left.state : this.#stateOf(doc()));
    this.#look();
  }

  /** The names of things may come later than the editor. */
  setWords(label: string, placeholder: string): void {
    if (label === this.#words.label && placeholder === this.#words.placeholder) return;
    this.#words = { label, placeholder };
    this.view.setProps({});
  }

  get focused(): boolean {
    return this.view.hasFocus();
  }

  /** Focus at the end of the text, or where the cursor was. */
  focus(atEnd = false): void {
    if (atEnd) this.view.dispatch(this.view.state.tr.setSelection(Selection.atEnd(this.view.state.doc)));
    this.view.focus();
    // Where nothing is written there is nothing to scroll to, and to look for it costs a layout.
    if (!this.#blank.peek()) this.view.dispatch(this.view.state.tr.scrollIntoView());
  }

  run(command: Command): void {
    command(this.view.state, this.view.dispatch, this.view);
    this.view.focus();
  }

  toggle(name: MarkName): void {
    this.run(toggle(name));
  }

  toggleBlock(name: BlockName): void {
    this.run(toggleBlock(name));
  }

  /** Types a text at the cursor, as if by keys: a sign begins its completion. */
  type(text: string): void {
    const { $from } = this.view.state.selection;
    const before = $from.parent.textBetween(Math.max(0, $from.parentOffset - 1), $from.parentOffset, undefined, "x");
    this.view.focus();
    this.view.dispatch(
      this.view.state.tr.insertText(before && !/\s/.test(before) ? ` ${text}` : text).scrollIntoView(),
    );
  }

  insertEmoji(id: string, tone: number): void {
    this.#insert("emoji", { id, tone }, undefined);
  }

  /** Puts what was chosen in place of what was typed. */
  complete(trigger: Trigger, kind: "user" | "usergroup" | "channel" | "broadcast" | "emoji", attrs: Attrs): void {
    this.#insert(kind, attrs, trigger);
  }

  completeText(trigger: Trigger, text: string): void {
    const { state } = this.view;
    this.view.dispatch(state.tr.insertText(text, trigger.from, trigger.to).scrollIntoView());
    this.view.focus();
  }

  /** The link at the cursor, or what is selected to become one. */
  linkAt(): LinkAt {
    const { state } = this.view;
    const { $from, from, to, empty } = state.selection;
    const text = () => state.doc.textBetween(from, to, " ");
    const near = [...$from.marks(), ...($from.nodeAfter?.marks ?? []), ...($from.nodeBefore?.marks ?? [])];
    const mark = near.find((m) => m.type === schema.marks.link);
    if (!mark || (!empty && !state.doc.rangeHasMark(from, to, schema.marks.link)))
      return { from, to, text: text(), href: "" };
    let start = $from.pos;
    let end = $from.pos;
    $from.parent.forEach((child, offset) => {
      const at = $from.start() + offset;
      const same = mark.isInSet(child.marks);
      if (same && at <= $from.pos && at + child.nodeSize >= $from.pos) {
        start = at;
        end = at + child.nodeSize;
      }
    });
    return { from: start, to: end, text: state.doc.textBetween(start, end), href: String(mark.attrs.href) };
  }

  /** Makes a link; an empty address takes it away. */
  setLink({ from, to, text, href }: LinkAt): void {
    if (text === "") return;
    const { state } = this.view;
    const tr = state.tr;
    const marks = state.doc
      .resolve(from)
      .marks()
      .filter((m) => m.type !== schema.marks.link);
    const unchanged = to > from && state.doc.textBetween(from, to, " ") === text;
    if (!unchanged) tr.replaceWith(from, to, schema.text(text, marks));
    const end = unchanged ? to : from + text.length;
    tr.removeMark(from, end, schema.marks.link);
    if (href) tr.addMark(from, end, schema.marks.link.create({ href }));
    tr.setSelection(TextSelection.create(tr.doc, end)).removeStoredMark(schema.marks.link);
    this.view.dispatch(tr.scrollIntoView());
    this.view.focus();
  }

  /** Tells assistive technology which suggestion is the active one. */
  setActiveOption(list: string | undefined, option: string | undefined): void {
    const { dom } = this.view;
    for (const [name, value] of [
      ["aria-controls", list],
      ["aria-activedescendant", option],
    ] as const) {
      if (value) dom.setAttribute(name, value);
      else dom.removeAttribute(name);
    }
  }

  destroy(): void {
    this.view.destroy();
  }

  #stateOf(doc: DocNode | undefined): EditorState {
    const node = doc && readDoc(doc);
    if (!node) return this.#empty;
    return EditorState.create({ schema, doc: node, plugins: this.#plugins, selection: Selection.atEnd(node) });
  }

  #dispatch(tr: Transaction): void {
    this.view.updateState(this.view.state.apply(tr));
    this.#look();
    if (tr.docChanged) this.#settings.actions.changed();
  }

  #look(): void {
    const { state } = this.view;
    this.#blank.value = isNothing(state.doc);
    const format = formatOf(state);
    if (!sameFormat(format, this.#format.peek())) this.#format.value = format;
  }

  /** An atom, and a space behind it where none is. */
  #insert(kind: keyof typeof schema.nodes, attrs: Attrs, over: Trigger | undefined): void {
    const { state } = this.view;
    const { from, to } = over ?? state.selection;
    const node = schema.nodes[kind]?.create(attrs, null, state.doc.resolve(from).marks());
    if (!node) return;
    const tr = state.tr.replaceWith(from, to, node);
    const end = from + node.nodeSize;
    const after = tr.doc.resolve(end).nodeAfter;
    if (after?.isText && /^\s/.test(after.text ?? "")) tr.setSelection(TextSelection.create(tr.doc, end + 1));
    else tr.setSelection(TextSelection.create(tr.doc, end)).insertText(" ");
    this.view.dispatch(tr.scrollIntoView());
    this.view.focus();
  }
}

/** A kept document may be of an earlier version: what can't be read any more is left out. */
function readDoc(doc: DocNode): Node | undefined {
  try {
    const node = Node.fromJSON(schema, doc);
    node.check();
    return node;
  } catch {
    return undefined;
  }
}

/** Whether there is nothing to send; it stops at the first letter. */
function isNothing(doc: Node): boolean {
  let nothing = true;
  doc.descendants((node) => {
    if (nothing && node.isInline && node.type !== schema.nodes.hard_break)
      nothing = node.isText && !/\S/.test(node.text ?? "");
    return nothing;
  });
  return nothing;
}

function formatOf(state: EditorState): Format {
  return {
    marks: new Set(markNames.filter((name) => hasMark(state, schema.marks[name]))),
    block: blockNames.find((name) => inside(state, schema.nodes[name])),
    link: hasMark(state, schema.marks.link),
  };
}

function sameFormat(a: Format, b: Format): boolean {
  return (
    a.block === b.block &&
    a.link === b.link &&
    a.marks.size === b.marks.size &&
    [...a.marks].every((m) => b.marks.has(m))
  );
}
