import { AtSign, Calendar, Clock, Hash, ListFilter, type LucideIcon, Search as SearchIcon, X } from "lucide-react";
import { type KeyboardEvent, type ReactNode, useEffect, useId, useMemo, useRef, useState } from "react";
import { finding as s } from "../../i18n/finding";
import { fullNameOf, matches } from "../../state/people";
import { type Match, QuickSearch, withRecent } from "../../state/search";
import { accept, type Hint, hints, type Sources } from "../../state/search_hints";
import { type Operator, operators } from "../../state/search_query";
import { dateOfTs } from "../../state/when";
import type { Workspace } from "../../state/workspace";
import { RichText } from "../blocks/rich_text";
import { markedTree } from "../excerpt/marked_tree";
import { useWorkspace } from "../hooks/app";
import { useValue } from "../hooks/use_value";
import { useUser } from "../listing/person";
import { useWhen } from "../listing/use_when";
import { cx, IconButton, Popover } from "../ui";
import styles from "./search_field.module.css";

type Option =
  | { readonly kind: "search"; readonly key: string; readonly query: string }
  | { readonly kind: "recent"; readonly key: string; readonly query: string }
  | { readonly kind: "hint"; readonly key: string; readonly hint: Hint }
  | { readonly kind: "message"; readonly key: string; readonly match: Match };

interface Group {
  readonly label?: string;
  readonly options: readonly Option[];
}

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

function groupsFor(
  query: string,
  found: readonly Hint[],
  recent: readonly string[],
  quick: readonly Match[],
): readonly Group[] {
  const hintOptions = found.map(
    (hint): Option => ({ kind: "hint", key: `h${hint.name}${hint.kind === "operator" ? "" : hint.value}`, hint }),
  );
  if (query.trim() === "") {
    return [
      { label: s.recent, options: recent.map((text): Option => ({ kind: "recent", key: `r${text}`, query: text })) },
      {
        label: s.operators,
        options: operators.map((name): Option => ({ kind: "hint", key: `h${name}`, hint: { kind: "operator", name } })),
      },
    ];
  }
  const writing = /:\S*$/.test(query) && hintOptions.length > 0;
  const search: Option = { kind: "search", key: "search", query: query.trim() };
  return [
    { options: writing ? hintOptions : [search, ...hintOptions] },
    { label: s.messages, options: quick.map((match): Option => ({ kind: "message", key: `m${match.iid}`, match })) },
  ];
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

interface OptionRowProps {
  readonly id: string;
  readonly option: Option;
  readonly active: boolean;
  readonly onActive: () => void;
  readonly onChoose: () => void;
  readonly onForget: (query: string) => void;
}

function OptionRow({ id, option, active, onActive, onChoose, onForget }: OptionRowProps) {
  const row = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (active) row.current?.scrollIntoView({ block: "nearest" });
  }, [active]);
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the field's keys move among the options
    <div
      ref={row}
      id={id}
      role="option"
      tabIndex={-1}
      aria-selected={active}
      className={cx(styles.option, active && styles.active)}
      onPointerMove={() => !active && onActive()}
      onPointerDown={(e) => e.preventDefault()}
      onClick={onChoose}
    >
      <OptionContent option={option} onForget={onForget} />
    </div>
  );
}

const operatorIcons: Partial<Record<Operator, LucideIcon>> = {
  from: AtSign,
  to: AtSign,
  with: AtSign,
  in: Hash,
  before: Calendar,
  after: Calendar,
  on: Calendar,
  during: Calendar,
};

function OptionContent({ option, onForget }: { readonly option: Option; readonly onForget: (query: string) => void }) {
  switch (option.kind) {
    case "search":
      return <Line icon={SearchIcon}>{s.searchFor(option.query)}</Line>;
    case "recent":
      return (
        <Line
          icon={Clock}
          end={
            <IconButton
              label={s.forget}
              icon={X}
              size="sm"
              tip="none"
              tabIndex={-1}
              onClick={(e) => {
                e.stopPropagation();
                onForget(option.query);
              }}
            />
          }
        >
          {option.query}
        </Line>
      );
    case "hint":
      return <HintLine hint={option.hint} />;
    case "message":
      return <MessageLine match={option.match} />;
  }
}

function Line({
  icon: Icon,
  end,
  children,
}: {
  readonly icon: LucideIcon;
  readonly end?: ReactNode;
  readonly children: ReactNode;
}) {
  return (
    <>
      <Icon size={16} aria-hidden />
      <span className={styles.text}>{children}</span>
      {end}
    </>
  );
}

function HintLine({ hint }: { readonly hint: Hint }) {
  const Icon = operatorIcons[hint.name] ?? ListFilter;
  if (hint.kind === "operator") {
    const { example, means } = s.operatorHelp[hint.name];
    return (
      <>
        <Icon size={16} aria-hidden />
        <code className={styles.operator}>{hint.name}:</code>
        <span className={styles.means}>{means}</span>
        <span className={styles.example}>{example}</span>
      </>
    );
  }
  return (
    <>
      <Icon size={16} aria-hidden />
      <code className={styles.operator}>
        {hint.name}:{hint.value}
      </code>
      {hint.kind === "person" && <span className={styles.means}>{hint.label}</span>}
    </>
  );
}

function MessageLine({ match }: { readonly match: Match }) {
  const when = useWhen();
  const user = useUser(match.user);
  const nodes = useMemo(() => markedTree(match.text), [match.text]);
  return (
    <div className={styles.message}>
      <span className={styles.meta}>
        <strong>{user === undefined ? match.username : fullNameOf(user)}</strong>
        {!match.channel.is_im && ` · #${match.channel.name}`} · {when.brief(dateOfTs(match.ts))}
      </span>
      <div className={styles.excerpt}>
        <RichText nodes={nodes} />
      </div>
    </div>
  );
}
