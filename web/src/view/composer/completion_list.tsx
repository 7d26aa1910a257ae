import { Hash, Lock, Megaphone, Users } from "lucide-react";
import { memo, type ReactNode, useCallback, useEffect, useId, useMemo, useRef, useState } from "react";
import { createPortal } from "react-dom";
import { strings } from "../../i18n";
import { recentEmoji } from "../../state/emoji_recent";
import { publicChannels } from "../../state/public_channels";
import { nameOf } from "../../state/users";
import type { ChannelID, Ts } from "../../wire/objects";
import { loadEmojiSearch } from "../emoji/data";
import { Emoji } from "../emoji/emoji";
import { useWorkspace } from "../hooks/app";
import { useValue } from "../hooks/use_value";
import { PersonAvatar } from "../listing/person";
import { cx, useLayerRoot, usePlaced } from "../ui";
import styles from "./completion_list.module.css";
import { keyOf, type Place, type Suggestion, secondName, suggest } from "./completions";
import type { MessageEditor } from "./message_editor";
import { emojiNamed } from "./names";
import type { Trigger, TriggerKind } from "./trigger";

export interface CompletionListProps {
  readonly editor: MessageEditor;
  readonly channel?: ChannelID;
  readonly thread?: Ts;
}

const titles: Record<TriggerKind, string> = {
  mention: strings.composer.suggestPeople,
  channel: strings.composer.suggestChannels,
  emoji: strings.composer.suggestEmoji,
  slash: strings.composer.suggestCommands,
};

/** What fits what is being typed behind a sign. Focus stays in the text; its arrow keys, Enter and Tab work here. */
export function CompletionList(props: CompletionListProps) {
  const trigger = useValue(props.editor.completing.trigger);
  return trigger ? <List {...props} trigger={trigger} /> : null;
}

interface Found {
  readonly query: string;
  readonly kind: TriggerKind;
  readonly items: readonly Suggestion[];
}

function List({ editor, channel, thread, trigger }: CompletionListProps & { readonly trigger: Trigger }) {
  const w = useWorkspace();
  const id = useId();
  const [found, setFound] = useState<Found | undefined>(undefined);
  const [active, setActive] = useState(0);
  const place: Place = useMemo(() => ({ w, channel, thread, recent: recentEmoji(w) }), [w, channel, thread]);
  const loaded = useValue(w.users.loaded);
  const channels = useValue(publicChannels(w).list);
  const [words, setWords] = useState(false);
  const { kind, query, from } = trigger;

  // The letter is painted first; what fits it follows in the task after its frame.
  useEffect(() => {
    let there = true;
    const look = () => {
      if (!there) return;
      setFound({ kind, query, items: suggest({ kind, query, from, to: from }, place) });
      setActive(0);
    };
    const frame = requestAnimationFrame(() => {
      setTimeout(() => {
        look();
        if (there && kind === "emoji" && !words) loadEmojiSearch().then(() => setWords(true), ignore);
      });
    });
    return () => {
      there = false;
      cancelAnimationFrame(frame);
    };
    // loaded, channels and words: there is more to look through than before.
  }, [kind, query, from, place, loaded, channels, words]);

  const items = found?.kind === kind ? found.items : [];
  const shown = items.length > 0;
  const choose = (item: Suggestion | undefined) => {
    if (item) pick(editor, trigger, item, place);
  };
  const latest = useRef(choose);
  latest.current = choose;
  const chooser = useCallback((item: Suggestion) => latest.current(item), []);
  const keys = (e: KeyboardEvent): boolean => {
    if (e.ctrlKey || e.metaKey || e.altKey) return false;
    // Someone types faster than the list is drawn: what fits the whole word counts.
    const now = found?.query === query && found.kind === kind ? items : suggest(trigger, place);
    if (now.length === 0) return false;
    switch (e.key) {
      case "ArrowDown":
        setActive((active + 1) % now.length);
        return true;
      case "ArrowUp":
        setActive((active - 1 + now.length) % now.length);
        return true;
      case "Enter":
        if (e.shiftKey || (kind === "slash" && exactly(now, query))) return false;
        choose(now[active] ?? now[0]);
        return true;
      case "Tab":
        if (e.shiftKey) return false;
        choose(now[active] ?? now[0]);
        return true;
      case "Escape":
        editor.completing.close();
        return true;
      default:
        return false;
    }
  };
  useEffect(() => {
    editor.completing.keys = keys;
    editor.setActiveOption(shown ? `${id}-list` : undefined, shown ? `${id}-${active}` : undefined);
    return () => {
      editor.completing.keys = undefined;
    };
  });
  useEffect(() => () => editor.setActiveOption(undefined, undefined), [editor]);

  return (
    <>
      {shown && (
        <Box editor={editor} at={from} key={from}>
          <div className={styles.title} aria-hidden>
            {titles[kind]}
          </div>
          <div id={`${id}-list`} role="listbox" aria-label={titles[kind]} className={styles.list}>
            <Options id={id} items={items} active={active} onPoint={setActive} onChoose={chooser} />
          </div>
        </Box>
      )}
      <div className={styles.live} role="status">
        {found ? strings.composer.suggestions(items.length) : ""}
      </div>
    </>
  );
}

/** A command that is typed in full is run by Enter, not completed. */
function exactly(items: readonly Suggestion[], query: string): boolean {
  return items.some(
    (item) => item.type === "command" && (item.command.name === query || item.command.aliases?.includes(query)),
  );
}

function pick(editor: MessageEditor, trigger: Trigger, item: Suggestion, { w, recent }: Place): void {
  switch (item.type) {
    case "user":
      editor.complete(trigger, "user", { id: item.user.id });
      return;
    case "usergroup":
      editor.complete(trigger, "usergroup", { id: item.group.id });
      return;
    case "broadcast":
      editor.complete(trigger, "broadcast", { id: item.range });
      return;
    case "channel":
      editor.complete(trigger, "channel", { id: item.channel.id });
      return;
    case "emoji":
      recent.use(item.name);
      editor.complete(trigger, "emoji", emojiNamed(w, item.name, recent.tone.peek()) ?? { id: item.name, tone: 0 });
      return;
    case "command":
      editor.completeText(trigger, `/${item.command.name} `);
      return;
  }
}

/** Above the sign that began it, or below where there is no room. */
function Box({
  editor,
  at,
  children,
}: {
  readonly editor: MessageEditor;
  readonly at: number;
  readonly children: ReactNode;
}) {
  const box = useRef<HTMLDivElement>(null);
  const anchor = useMemo(() => {
    const { left, top, bottom } = editor.view.coordsAtPos(Math.min(at, editor.view.state.doc.content.size));
    return { left, top, width: 0, height: bottom - top };
  }, [editor, at]);
  usePlaced(box, anchor, "top-start", 8);
  return createPortal(
    <div ref={box} popover="manual" className={styles.box}>
      {children}
    </div>,
    useLayerRoot(),
  );
}

/** What a search that failed to load leaves out is found by the names alone. */
function ignore(): void {}

interface OptionsProps {
  readonly id: string;
  readonly items: readonly Suggestion[];
  readonly active: number;
  readonly onPoint: (i: number) => void;
  readonly onChoose: (item: Suggestion) => void;
}

/** Drawn again only when there are others, not with each letter. */
const Options = memo(function Options({ id, items, active, onPoint, onChoose }: OptionsProps) {
  return items.map((item, i) => (
    <Option
      key={keyOf(item)}
      id={`${id}-${i}`}
      active={i === active}
      onPoint={() => onPoint(i)}
      onChoose={() => onChoose(item)}
    >
      <Described item={item} />
    </Option>
  ));
});

interface OptionProps {
  readonly id: string;
  readonly active: boolean;
  readonly onPoint: () => void;
  readonly onChoose: () => void;
  readonly children: ReactNode;
}

function Option({ id, active, onPoint, onChoose, children }: OptionProps) {
  const element = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (active) element.current?.scrollIntoView({ block: "nearest" });
  }, [active]);
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the keys are those of the text
    <div
      ref={element}
      id={id}
      role="option"
      tabIndex={-1}
      aria-selected={active}
      className={cx(styles.option, active && styles.active)}
      onPointerMove={(e) => e.pointerType === "mouse" && !active && onPoint()}
      onPointerDown={(e) => e.preventDefault()}
      onClick={onChoose}
    >
      {children}
    </div>
  );
}

function Described({ item }: { readonly item: Suggestion }) {
  const w = useWorkspace();
  switch (item.type) {
    case "user":
      return (
        <Line
          icon={<PersonAvatar user={item.user} size={20} dot />}
          name={nameOf(item.user)}
          more={item.user.id === w.self.peek().id ? strings.composer.you : secondName(item.user)}
        />
      );
    case "usergroup":
      return (
        <Line
          icon={<Users size={16} aria-hidden />}
          name={`@${item.group.handle}`}
          more={`${item.group.name} · ${strings.composer.group(item.group.user_count ?? item.group.users?.length ?? 0)}`}
        />
      );
    case "broadcast":
      return (
        <Line
          icon={<Megaphone size={16} aria-hidden />}
          name={`@${item.range}`}
          more={strings.composer.broadcast[item.range]}
        />
      );
    case "channel":
      return (
        <Line
          icon={item.channel.is_private ? <Lock size={16} aria-hidden /> : <Hash size={16} aria-hidden />}
          name={item.channel.name ?? ""}
          more={item.channel.topic?.value ?? ""}
        />
      );
    case "emoji":
      return <Line icon={<Emoji name={item.name} size={22} decorative />} name={`:${item.name}:`} more="" />;
    case "command": {
      const { usage, text } = strings.composer.slash[item.command.name];
      const [, ...rest] = usage.split(" ");
      return <Line icon={null} name={`/${item.command.name}`} hint={rest.join(" ")} more={text} apart />;
    }
  }
}

function Line(props: {
  readonly icon: ReactNode;
  readonly name: string;
  readonly hint?: string;
  readonly more: string;
  readonly apart?: boolean;
}) {
  return (
    <>
      {props.icon !== null && <span className={styles.icon}>{props.icon}</span>}
      <span className={styles.name}>{props.name}</span>
      {props.hint && <span className={styles.hint}>{props.hint}</span>}
      <span className={cx(styles.more, props.apart && styles.apart)}>{props.more}</span>
    </>
  );
}
