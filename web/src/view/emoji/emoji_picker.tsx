import {
  Apple,
  Clock,
  Dog,
  Flag,
  Hash,
  Lightbulb,
  type LucideIcon,
  Plane,
  Search,
  Smile,
  Sparkles,
  Trophy,
} from "lucide-react";
import { type CSSProperties, type KeyboardEvent, useEffect, useId, useMemo, useRef, useState } from "react";
import { VList, type VListHandle } from "virtua";
import { strings } from "../../i18n";
import { recentEmoji } from "../../state/emoji_recent";
import { useWorkspace } from "../hooks/app";
import { useValue } from "../hooks/use_value";
import { type Anchor, cx, type Placement, Popover } from "../ui";
import { emojiTable, loadEmojiSearch } from "./data";
import { Emoji } from "./emoji";
import styles from "./emoji_picker.module.css";
import { type Cell, type GroupName, moved, rowsOf, sectionsOf } from "./grid";
import { splitTone } from "./table";
import { ToneChoice } from "./tone_choice";

export interface EmojiPickerProps {
  readonly anchor: Anchor;
  /** The emoji's name, with the person's skin tone where it takes one; stay: Shift was held to choose more. */
  readonly onPick: (name: string, stay: boolean) => void;
  readonly onClose: () => void;
  readonly placement?: Placement;
}

/** All emoji, to choose one: by typing, by pointing or by the arrow keys. Render it while it is open. */
export function EmojiPicker({ anchor, onPick, onClose, placement = "top-end" }: EmojiPickerProps) {
  return (
    <Popover
      anchor={anchor}
      onClose={onClose}
      label={strings.composer.picker.label}
      placement={placement}
      sheet
      className={styles.popover}
    >
      <Picker
        onPick={(name, stay) => {
          if (!stay) onClose();
          onPick(name, stay);
        }}
      />
    </Popover>
  );
}

const icons: Record<GroupName, LucideIcon> = {
  recent: Clock,
  custom: Sparkles,
  people: Smile,
  nature: Dog,
  food: Apple,
  travel: Plane,
  activities: Trophy,
  objects: Lightbulb,
  symbols: Hash,
  flags: Flag,
};

/** Fingers want more room than a pointer; the style sheet says the same. */
const cellSize = () => (window.matchMedia("(pointer: coarse)").matches ? 44 : 36);

function Picker({ onPick }: { readonly onPick: (name: string, stay: boolean) => void }) {
  const w = useWorkspace();
  const recent = recentEmoji(w);
  const id = useId();
  const box = useRef<HTMLDivElement>(null);
  const list = useRef<VListHandle>(null);
  const [query, setQuery] = useState("");
  const [columns, setColumns] = useState(9);
  const [active, setActive] = useState(0);
  const [group, setGroup] = useState<GroupName>("recent");
  const [failed, setFailed] = useState(false);
  const table = useValue(emojiTable);
  const custom = useValue(w.emoji.all);
  const lately = useValue(recent.list);
  const tone = useValue(recent.tone);
  const [ready, setReady] = useState(false);
  useEffect(() => {
    let there = true;
    loadEmojiSearch().then(
      () => there && setReady(true),
      () => there && setFailed(true),
    );
    return () => {
      there = false;
    };
  }, []);
  useEffect(() => {
    const element = box.current;
    if (!element) return;
    const fit = () => setColumns(Math.max(6, Math.floor((element.clientWidth - 16) / cellSize())));
    fit();
    const sizes = new ResizeObserver(fit);
    sizes.observe(element);
    return () => sizes.disconnect();
  }, []);
  // ready: the table has its words now.
  const sections = useMemo(
    () => sectionsOf(query, table, custom, lately, tone),
    [query, table, custom, lately, tone, ready],
  );
  const { rows, cells } = useMemo(() => rowsOf(sections, columns), [sections, columns]);
  const current = cells[Math.min(active, cells.length - 1)];

  const choose = (cell: Cell | undefined, stay: boolean) => {
    if (!cell) return;
    recent.use(splitTone(cell.name).base);
    onPick(cell.name, stay);
  };
  const go = (to: number) => {
    setActive(to);
    const row = cells[to]?.row;
    if (row !== undefined) list.current?.scrollToIndex(row, { align: "nearest" });
  };
  const onKeyDown = (e: KeyboardEvent) => {
    if (e.nativeEvent.isComposing) return;
    if (e.key === "Enter") {
      e.preventDefault();
      choose(current, e.shiftKey);
      return;
    }
    const to = moved(cells, active, e.key, query === "");
    if (to === undefined) return;
    e.preventDefault();
    go(to);
  };
  const jump = (name: GroupName) => {
    setQuery("");
    setGroup(name);
    const row = rows.findIndex((r) => r.type === "title" && r.group === name);
    if (row >= 0) list.current?.scrollToIndex(row, { align: "start" });
  };
  const scrolled = (offset: number) => {
    const at = list.current?.findItemIndex(offset + 4) ?? 0;
    const title = rows.slice(0, at + 1).findLast((r) => r.type === "title");
    if (title?.type === "title" && title.group !== group) setGroup(title.group);
  };

  return (
    <div className={styles.picker} ref={box}>
      <div className={styles.groups} role="toolbar" aria-label={strings.composer.picker.label}>
        {sections.all.map((name) => {
          const Icon = icons[name];
          return (
            <button
              key={name}
              type="button"
              tabIndex={-1}
              className={cx(styles.group, group === name && query === "" && styles.current)}
              aria-label={strings.composer.picker.groups[name]}
              title={strings.composer.picker.groups[name]}
              onClick={() => jump(name)}
            >
              <Icon size={18} aria-hidden />
            </button>
          );
        })}
      </div>
      <div className={styles.search}>
        <Search size={16} aria-hidden />
        <input
          data-autofocus
          className={styles.input}
          type="text"
          role="combobox"
          aria-expanded
          aria-controls={`${id}-list`}
          aria-autocomplete="list"
          aria-activedescendant={current ? `${id}-${cells.indexOf(current)}` : undefined}
          aria-label={strings.composer.picker.search}
          placeholder={strings.composer.picker.search}
          autoComplete="off"
          autoCorrect="off"
          spellCheck={false}
          enterKeyHint="done"
          value={query}
          onChange={(e) => {
            setQuery(e.target.value);
            setActive(0);
            list.current?.scrollTo(0);
          }}
          onKeyDown={onKeyDown}
        />
      </div>
      <div
        className={styles.list}
        style={{ "--columns": columns } as CSSProperties}
        id={`${id}-list`}
        role="listbox"
        aria-label={strings.composer.picker.label}
      >
        {cells.length === 0 ? (
          <p className={styles.none}>{failed ? strings.composer.picker.failed : strings.composer.picker.none}</p>
        ) : (
          <VList ref={list} className={styles.rows} onScroll={scrolled}>
            {rows.map((row) =>
              row.type === "title" ? (
                <div key={`t${row.group}`} className={styles.title} role="presentation">
                  {query === ""
                    ? strings.composer.picker.groups[row.group]
                    : strings.composer.picker.found(cells.length)}
                </div>
              ) : (
                <div key={`r${row.first}`} className={styles.row} role="presentation">
                  {row.cells.map((cell, i) => (
                    // biome-ignore lint/a11y/useKeyWithClickEvents: the keys are those of the box above
                    <div
                      key={cell.key}
                      id={`${id}-${row.first + i}`}
                      role="option"
                      tabIndex={-1}
                      aria-selected={row.first + i === active}
                      aria-label={splitTone(cell.name).base.replaceAll("_", " ")}
                      className={cx(styles.cell, row.first + i === active && styles.active)}
                      onPointerMove={(e) =>
                        e.pointerType === "mouse" && active !== row.first + i && setActive(row.first + i)
                      }
                      onPointerDown={(e) => e.preventDefault()}
                      onClick={(e) => choose(cell, e.shiftKey)}
                    >
                      <Emoji name={cell.name} size={28} decorative />
                    </div>
                  ))}
                </div>
              ),
            )}
          </VList>
        )}
      </div>
      <div className={styles.footer}>
        <div className={styles.preview}>
          {current && (
            <>
              <Emoji name={current.name} size={28} decorative />
              <span className={styles.name}>:{current.name}:</span>
            </>
          )}
        </div>
        <ToneChoice tone={tone} onChoose={(t) => recent.setTone(t)} />
      </div>
      <div className={styles.live} role="status">
        {query !== "" && strings.composer.picker.found(cells.length)}
      </div>
    </div>
  );
}
