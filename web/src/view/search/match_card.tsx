import { useMemo } from "react";
import { finding as s } from "../../i18n/finding";
import { type Match, type MatchGroup, type Neighbour, threadOf } from "../../state/search";
import { dateOfTs } from "../../state/when";
import { daysBetween } from "../../text/date";
import type { Message } from "../../wire/objects";
import { Excerpt } from "../excerpt/excerpt";
import { CoverLink } from "../listing/go_link";
import { PlaceLink, useChannel } from "../listing/place";
import { Chip } from "../ui";
import { placeOf } from "./go";
import styles from "./search_page.module.css";

/** What was found in one conversation on one day, with what stood around it. */
export function MatchCard({ group }: { readonly group: MatchGroup }) {
  const channel = useChannel(group.channel.id);
  const first = group.matches[0];
  return (
    <article className={styles.group}>
      <header className={styles.groupHead}>
        <h3>
          <PlaceLink id={group.channel.id} at={first?.ts}>
            {channel === undefined && !group.channel.is_im ? `#${group.channel.name}` : undefined}
          </PlaceLink>
        </h3>
        <span className={styles.day}>{group.day}</span>
      </header>
      {group.matches.map((match, i) => (
        <MatchRow key={match.iid} match={match} before={group.matches[i - 1]} after={group.matches[i + 1]} />
      ))}
    </article>
  );
}

interface MatchRowProps {
  readonly match: Match;
  readonly before: Match | undefined;
  readonly after: Match | undefined;
}

function MatchRow({ match, before, after }: MatchRowProps) {
  const thread = threadOf(match.permalink);
  const inThread = thread !== undefined && thread !== match.ts;
  const message = useMemo<Message>(
    () => ({
      type: "message",
      user: match.user,
      // The text has the marks; what apps build of blocks alone is shown as they built it.
      text: match.text,
      ts: match.ts,
      blocks: match.text === "" ? match.blocks : undefined,
      files: match.files === undefined ? undefined : [...match.files],
      ...(match.user === "" ? { username: match.username } : {}),
    }),
    [match],
  );
  // A neighbour that was found itself, or is the other one's neighbour too, stands here once.
  const previous =
    match.previous !== undefined && match.previous.ts !== before?.ts && match.previous.ts !== before?.next?.ts
      ? match.previous
      : undefined;
  const next = match.next !== undefined && match.next.ts !== after?.ts ? match.next : undefined;
  return (
    <div className={styles.match}>
      <CoverLink to={placeOf(match)} label={s.open} className={styles.cover} />
      {previous !== undefined && <Context neighbour={previous} beside={match.ts} />}
      <Excerpt message={message} clamp actions={inThread ? <Chip>{s.thread}</Chip> : undefined} />
      {next !== undefined && <Context neighbour={next} beside={match.ts} />}
    </div>
  );
}

function Context({ neighbour, beside }: { readonly neighbour: Neighbour; readonly beside: string }) {
  const dated = daysBetween(dateOfTs(neighbour.ts), dateOfTs(beside)) !== 0;
  const message = useMemo<Message>(
    () => ({
      type: "message",
      text: neighbour.text,
      ts: neighbour.ts,
      user: neighbour.user,
      username: neighbour.user === undefined ? neighbour.username : undefined,
    }),
    [neighbour],
  );
  return <Excerpt message={message} quiet dated={dated} />;
}
