import {
  Bold,
  Code,
  Italic,
  Link2,
  List,
  ListOrdered,
  type LucideIcon,
  SquareCode,
  Strikethrough,
  TextQuote,
} from "lucide-react";
import type { KeyboardEvent } from "react";
import { strings } from "../../i18n";
import { useValue } from "../hooks/use_value";
import { IconButton } from "../ui";
import type { BlockName, MarkName } from "./keys";
import type { MessageEditor } from "./message_editor";
import styles from "./toolbar.module.css";

const t = strings.composer;

const marks: readonly (readonly [MarkName, string, LucideIcon, string])[] = [
  ["bold", t.bold, Bold, "Mod+B"],
  ["italic", t.italic, Italic, "Mod+I"],
  ["strike", t.strike, Strikethrough, "Mod+Shift+X"],
];

const blocks: readonly (readonly [BlockName, string, LucideIcon, string])[] = [
  ["ordered_list", t.orderedList, ListOrdered, "Mod+Shift+7"],
  ["bullet_list", t.bulletList, List, "Mod+Shift+8"],
  ["blockquote", t.quote, TextQuote, "Mod+Shift+9"],
];

export interface ToolbarProps {
  readonly editor: MessageEditor;
  readonly onLink: () => void;
}

/** The styles of text, as buttons: one stop for the Tab key, arrows inside. */
export function Toolbar({ editor, onLink }: ToolbarProps) {
  const format = useValue(editor.format);
  const mark = ([name, label, icon, keys]: (typeof marks)[number]) => (
    <Item
      key={name}
      label={label}
      icon={icon}
      keys={keys}
      on={format.marks.has(name)}
      run={() => editor.toggle(name)}
    />
  );
  const block = ([name, label, icon, keys]: (typeof blocks)[number]) => (
    <Item
      key={name}
      label={label}
      icon={icon}
      keys={keys}
      on={format.block === name}
      run={() => editor.toggleBlock(name)}
    />
  );
  return (
    <div className={styles.toolbar} role="toolbar" aria-label={t.formatting} onKeyDown={arrows}>
      {marks.map(mark)}
      <span className={styles.gap} aria-hidden />
      <Item label={t.link} icon={Link2} keys="Mod+Shift+U" on={format.link} run={onLink} />
      <span className={styles.gap} aria-hidden />
      {blocks.map(block)}
      <span className={styles.gap} aria-hidden />
      <Item
        label={t.code}
        icon={Code}
        keys="Mod+Shift+C"
        on={format.marks.has("code")}
        run={() => editor.toggle("code")}
      />
      <Item
        label={t.codeBlock}
        icon={SquareCode}
        keys="Mod+Alt+Shift+C"
        on={format.block === "code_block"}
        run={() => editor.toggleBlock("code_block")}
      />
    </div>
  );
}

interface ItemProps {
  readonly label: string;
  readonly icon: LucideIcon;
  readonly keys: string;
  readonly on: boolean;
  readonly run: () => void;
}

function Item({ label, icon, keys, on, run }: ItemProps) {
  return (
    <IconButton
      label={label}
      icon={icon}
      keys={keys}
      size="sm"
      active={on}
      aria-pressed={on}
      tabIndex={label === t.bold ? 0 : -1}
      // The text keeps the focus, and a phone its keyboard.
      onPointerDown={(e) => e.preventDefault()}
      onClick={run}
    />
  );
}

function arrows(e: KeyboardEvent<HTMLDivElement>): void {
  const step = { ArrowRight: 1, ArrowLeft: -1 }[e.key];
  if (!step) return;
  e.preventDefault();
  const buttons = [...e.currentTarget.querySelectorAll("button")];
  const at = buttons.indexOf(document.activeElement as HTMLButtonElement);
  buttons[(at + step + buttons.length) % buttons.length]?.focus();
}
