import { Search as SearchIcon, X } from "lucide-react";
import { type KeyboardEvent, useEffect, useId, useMemo, useRef, useState } from "react";
import { finding as s } from "../../i18n/finding";
import { fullNameOf, matches } from "../../state/people";
import { type Match, QuickSearch, withRecent } from "../../state/search";
import { accept, hints, type Sources } from "../../state/search_hints";
import type { Workspace } from "../../state/workspace";
import { useWorkspace } from "../hooks/app";
import { useValue } from "../hooks/use_value";
import { cx, IconButton, Popover } from "../ui";
import styles from "./search_field.module.css";
import { OptionRow } from "./search_option";
import { groupsFor, type Option } from "./search_options";

export interface SearchFieldProps {
  readonly initial: string;
  readonly onSearch: (query: string) => void;
  readonly onOpen: (match: Match) => void;
  /** The list stands under the field by itself, as in the search box; else it floats while the field has the focus. */
  readonly inline?: boolean;
}

const restBeforeAsking = 120;

function sourcesOf(workspace: Workspace): Sources {
  return {
    people: (text, limit) =>
      workspace.users.search(text, limit).map((user) => ({ id: user.id, handle: user.name, label: fullNameOf(user) })),
    channels: (text, limit) =>
      workspace.channels.list
        .peek()
        .filter((c) => c.is_im !== true && c.is_mpim !== true && matches(text, [c.name]))
        .slice(0, limit)
        .map((c) => ({ id: c.id, name: c.name ?? "" })),
  };
}

/** The searches of late, the same on all devices. */
function useRecent(): readonly [readonly string[], (list: readonly string[]) => void] {
  const workspace = useWorkspace();
  const text = useValue(useMemo(() => workspace.prefs.get("taut_recent_searches", "[]"), [workspace]));
  const recent = useMemo(() => readList(text), [text]);
  return [
    recent,
    (list) => void workspace.prefs.set("taut_recent_searches", JSON.stringify(list)).catch(() => undefined),
  ];
}

function readList(text: string): readonly string[] {
  try {
    const list: unknown = JSON.parse(text);
    return Array.isArray(list) ? list.filter((item) => typeof item === "string") : [];
  } catch {
    return [];
  }
}

export function SearchField({ initial, onSearch, onOpen, inline = false }: SearchFieldProps) {
  const workspace = useWorkspace();
  const team = useValue(workspace.team);
  const [recent, setRecent] = useRecent();
  const [query, setQuery] = useState(initial);
  const [caret, setCaret] = useState(initial.length);
  const [open, setOpen] = useState(inline);
  const [at, setAt] = useState(0);
  const [box, setBox] = useState<HTMLDivElement | null>(null);
  const input = useRef<HTMLInputElement>(null);
  const list = useId();
  const sources = useMemo(() => sourcesOf(workspace), [workspace]);
  const quick = useMemo(() => new QuickSearch(workspace.api), [workspace]);
  const found = useValue(quick.matches);

  useEffect(() => void workspace.users.load(), [workspace]);
  useEffect(() => setQuery(initial), [initial]);
  useEffect(() => {
    if (!open) return;
    const timer = setTimeout(() => void quick.ask(query), restBeforeAsking);
    return () => clearTimeout(timer);
  }, [quick, query, open]);
  useEffect(() => () => quick.close(), [quick]);

  const groups = groupsFor(query, hints(query, caret, sources), recent, found).filter((g) => g.options.length > 0);
  const options = groups.flatMap((g) => g.options);
  const active = options[Math.min(at, options.length - 1)];

  const write = (text: string, place: number) => {
    setQuery(text);
    setCaret(place);
    setAt(0);
    setOpen(true);
    requestAnimationFrame(() => input.current?.setSelectionRange(place, place));
  };
  const search = (text: string) => {
    if (text.trim() === "") return;
    setRecent(withRecent(recent, text));
    setQuery(text.trim());
    if (!inline) setOpen(false);
    onSearch(text.trim());
  };
  const choose = (option: Option | undefined) => {
    switch (option?.kind) {
      case "hint": {
        const next = accept(query, caret, option.hint);
        write(next.query, next.caret);
        return;
      }
      case "message":
        setOpen(inline);
        onOpen(option.match);
        return;
      case "recent":
        search(option.query);
        return;
      default:
        search(query);
    }
  };
  const move = (step: number) => {
    setOpen(true);
    if (options.length > 0) setAt((Math.min(at, options.length - 1) + step + options.length) % options.length);
  };
  const onKeyDown = (e: KeyboardEvent<HTMLInputElement>) => {
    if (e.nativeEvent.isComposing) return;
    if (e.key === "ArrowDown" || e.key === "ArrowUp") {
      e.preventDefault();
      move(e.key === "ArrowDown" ? 1 : -1);
    } else if (e.key === "Enter") {
      e.preventDefault();
      choose(open ? active : undefined);
    } else if (e.key === "Tab" && open && active?.kind === "hint" && query.trim() !== "") {
      e.preventDefault();
      choose(active);
    } else if (e.key === "Escape" && open && !inline) {
      e.preventDefault();
      e.stopPropagation();
      setOpen(false);
    }
  };

  const listbox = options.length > 0 && (
    <div id={list} role="listbox" aria-label={s.title} className={styles.list}>
      {groups.map((group) => (
        // biome-ignore lint/a11y/useSemanticElements: a group of options is no fieldset
        <div key={group.label ?? "first"} role="group" aria-label={group.label ?? s.title}>
          {group.label !== undefined && <div className={styles.label}>{group.label}</div>}
          {group.options.map((option) => (
            <OptionRow
              key={option.key}
              id={`${list}-${options.indexOf(option)}`}
              option={option}
              active={open && option === active}
              onActive={() => setAt(options.indexOf(option))}
              onChoose={() => choose(option)}
              onForget={(text) => setRecent(recent.filter((other) => other !== text))}
            />
          ))}
        </div>
      ))}
    </div>
  );

  return (
    <search className={styles.search}>
      <div ref={setBox} className={cx(styles.box, inline && styles.bare)}>
        <SearchIcon size={18} aria-hidden />
        <input
          ref={input}
          type="text"
          role="combobox"
          className={styles.input}
          aria-label={s.placeholder(team.name)}
          aria-expanded={open && options.length > 0}
          aria-controls={list}
          aria-autocomplete="list"
          aria-activedescendant={open && active !== undefined ? `${list}-${options.indexOf(active)}` : undefined}
          placeholder={s.placeholder(team.name)}
          enterKeyHint="search"
          autoComplete="off"
          autoCapitalize="off"
          spellCheck={false}
          data-autofocus
          value={query}
          onChange={(e) => {
            setQuery(e.currentTarget.value);
            setCaret(e.currentTarget.selectionStart ?? e.currentTarget.value.length);
            setAt(0);
            setOpen(true);
          }}
          onSelect={(e) => setCaret(e.currentTarget.selectionStart ?? query.length)}
          onFocus={() => setOpen(true)}
          onKeyDown={onKeyDown}
        />
        {query !== "" && (
          <IconButton
            label={s.clear}
            icon={X}
            size="sm"
            tip="none"
            onClick={() => {
              write("", 0);
              input.current?.focus();
            }}
          />
        )}
      </div>
      {inline && listbox}
      {!inline && open && listbox && box !== null && (
        <Popover anchor={box} onClose={() => setOpen(false)} label={s.title} keepFocus className={styles.popover}>
          <div style={{ width: box.offsetWidth }}>{listbox}</div>
        </Popover>
      )}
    </search>
  );
}
