import { AtSign, Calendar, Clock, Hash, ListFilter, type LucideIcon, Search as SearchIcon, X } from "lucide-react";
import { type ReactNode, useEffect, useMemo, useRef } from "react";
import { finding as s } from "../../i18n/finding";
import { fullNameOf } from "../../state/people";
import type { Match } from "../../state/search";
import type { Hint } from "../../state/search_hints";
import type { Operator } from "../../state/search_query";
import { dateOfTs } from "../../state/when";
import { RichText } from "../blocks/rich_text";
import { markedTree } from "../excerpt/marked_tree";
import { useUser } from "../listing/person";
import { useWhen } from "../listing/use_when";
import { cx, IconButton } from "../ui";
import styles from "./search_option.module.css";
import type { Option } from "./search_options";

interface OptionRowProps {
  readonly id: string;
  readonly option: Option;
  readonly active: boolean;
  readonly onActive: () => void;
  readonly onChoose: () => void;
  readonly onForget: (query: string) => void;
}

/** One thing that the search's field offers. */
export function OptionRow({ id, option, active, onActive, onChoose, onForget }: OptionRowProps) {
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
