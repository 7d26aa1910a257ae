// The inline elements of a text: words with styles, links, mentions, emoji,
// dates and colours.

import type { MouseEvent, ReactNode } from "react";
import { strings } from "../../i18n";
import { nameOf } from "../../state/users";
import { formatDate } from "../../text/date";
import { hiddenHost, joinedLabels, plainLabel } from "../../text/link_label";
import type { DateInline, Inline, LinkInline, Style } from "../../text/nodes";
import { inlineText } from "../../text/rich_text";
import { safeUrl } from "../../text/url";
import { Emoji } from "../emoji/emoji";
import { useApp, useWorkspace } from "../hooks/app";
import { useComputed } from "../hooks/use_computed";
import { useValue } from "../hooks/use_value";
import { cx, Tooltip } from "../ui";
import styles from "./text.module.css";

export interface InlinesProps {
  readonly inlines: readonly Inline[];
  /** Nothing but emoji: they are drawn large. */
  readonly large?: boolean;
}

export function Inlines({ inlines, large }: InlinesProps) {
  const labels = joinedLabels(inlines);
  return inlines.map((inline, i) => <Piece key={i} inline={inline} large={large} readAs={labels[i]} />);
}

interface PieceProps {
  readonly inline: Inline;
  readonly large?: boolean;
  /** What a link reads as together with those that touch it. */
  readonly readAs?: string;
}

function Piece({ inline, large, readAs }: PieceProps) {
  switch (inline.type) {
    case "text":
      return <Styled style={inline.style}>{inline.text}</Styled>;
    case "link":
      return (
        <Styled style={inline.style}>
          <TextLink link={inline} readAs={readAs} />
        </Styled>
      );
    case "emoji":
      return <Emoji name={inline.name} tone={inline.skin_tone} size={large ? 32 : undefined} />;
    case "user":
      return (
        <Styled style={inline.style}>
          <UserMention id={inline.user_id} />
        </Styled>
      );
    case "channel":
      return (
        <Styled style={inline.style}>
          <ChannelMention id={inline.channel_id} />
        </Styled>
      );
    case "usergroup":
      return (
        <Styled style={inline.style}>
          <GroupMention id={inline.usergroup_id} />
        </Styled>
      );
    case "broadcast":
      return (
        <Styled style={inline.style}>
          <span className={cx(styles.mention, styles.self)}>@{strings.blocks[inline.range]}</span>
        </Styled>
      );
    case "date":
      return (
        <Styled style={inline.style}>
          <Moment date={inline} />
        </Styled>
      );
    case "color":
      return (
        <Styled style={inline.style}>
          {inlineText(inline)} <span className={styles.color} style={{ backgroundColor: inline.value }} aria-hidden />
        </Styled>
      );
  }
}

function Styled({ style, children }: { readonly style?: Style; readonly children: ReactNode }) {
  if (style === undefined) return children;
  let out = children;
  if (style.code) out = <code className={styles.code}>{out}</code>;
  if (style.underline) out = <u>{out}</u>;
  if (style.strike) out = <s>{out}</s>;
  if (style.italic) out = <em>{out}</em>;
  if (style.bold) out = <strong className={styles.bold}>{out}</strong>;
  if (style.highlight) out = <mark className={styles.mark}>{out}</mark>;
  return out;
}

/** A link of the web, that says what its text does or shows what it is given. One that leads into this client is followed within it. */
export function TextLink({
  link,
  readAs,
  children,
}: {
  readonly link: Pick<LinkInline, "url" | "text">;
  readonly readAs?: string;
  readonly children?: ReactNode;
}) {
  const follow = useFollow();
  const url = safeUrl(link.url);
  const label = children ?? plainLabel(link.text ?? link.url);
  if (url === undefined) return label;
  return (
    <a href={url} target="_blank" rel="noopener noreferrer" className={styles.link} onClick={(e) => follow(e, url)}>
      {label}
      <RealHost url={url} label={readAs ?? link.text} />
    </a>
  );
}

/** Where a link leads, if its label pretends another place. */
export function RealHost({ url, label }: { readonly url: string; readonly label: string | undefined }) {
  const host = hiddenHost(url, label);
  return host === undefined ? null : <span className={styles.host}> ({host})</span>;
}

/** Follows a link of this server within the client; others are the browser's. */
export function useFollow(): (e: MouseEvent, url: string) => void {
  const app = useApp();
  return (e, url) => {
    if (e.defaultPrevented || e.button !== 0 || e.metaKey || e.ctrlKey || e.shiftKey || e.altKey) return;
    const to = new URL(url, window.location.origin);
    if (to.origin === window.location.origin && app.follow(to.pathname + to.search)) e.preventDefault();
  };
}

/** A link to a place in the client: a plain click goes there, others open it beside. */
function Place({
  href,
  go,
  className,
  children,
}: {
  readonly href: string;
  readonly go: () => void;
  readonly className?: string;
  readonly children: ReactNode;
}) {
  return (
    <a
      href={href}
      className={className}
      onClick={(e) => {
        if (e.button !== 0 || e.metaKey || e.ctrlKey || e.shiftKey) return;
        e.preventDefault();
        go();
      }}
    >
      {children}
    </a>
  );
}

export function UserMention({ id }: { readonly id: string }) {
  const app = useApp();
  const w = useWorkspace();
  const name = useComputed(() => nameOf(w.users.get(id).value), [w, id]);
  const self = useComputed(() => w.self.value.id === id, [w, id]);
  const to = { side: { type: "profile" as const, user: id } };
  return (
    <Place href={app.href(to)} go={() => app.navigate(to)} className={cx(styles.mention, self && styles.self)}>
      @{name || strings.blocks.unknownUser}
    </Place>
  );
}

export function ChannelMention({ id }: { readonly id: string }) {
  const app = useApp();
  const w = useWorkspace();
  const name = useComputed(() => w.channels.get(id).value?.name, [w, id]);
  const missing = useValue(w.channels.missing(id));
  const to = { main: { type: "channel" as const, channel: id } };
  if (missing) return <span className={styles.missing}>#{strings.blocks.privateChannel}</span>;
  return (
    <Place href={app.href(to)} go={() => app.navigate(to)} className={styles.mention}>
      #{name ?? id}
    </Place>
  );
}

function GroupMention({ id }: { readonly id: string }) {
  const w = useWorkspace();
  const handle = useComputed(() => w.usergroups.get(id).value?.handle, [w, id]);
  const own = useComputed(() => w.usergroups.own.value.has(id), [w, id]);
  return <span className={cx(styles.mention, own && styles.self)}>@{handle ?? strings.blocks.unknownGroup}</span>;
}

const whole = new Intl.DateTimeFormat(undefined, { dateStyle: "full", timeStyle: "short" });

function Moment({ date }: { readonly date: DateInline }) {
  const words = formatDate(date.timestamp, date.format, new Date());
  const at = new Date(date.timestamp * 1000);
  if (Number.isNaN(at.getTime())) return date.fallback ?? words;
  const time = (
    <Tooltip text={whole.format(at)}>
      <time dateTime={at.toISOString()}>{words}</time>
    </Tooltip>
  );
  return date.url === undefined ? time : <TextLink link={{ url: date.url, text: words }}>{time}</TextLink>;
}
