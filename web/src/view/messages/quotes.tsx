// The messages that a message links to, in few lines each. Their place is kept
// from the first, so that nothing moves when they come.

import { memo, useMemo } from "react";
import { strings } from "../../i18n";
import { type MessageLink, messageLinks, quotedOf } from "../../state/quoted";
import { excerpt } from "../../text/plain";
import type { Message } from "../../wire/objects";
import { ChannelMention } from "../blocks/inline";
import { useApp, useWorkspace } from "../hooks/app";
import { useComputed } from "../hooks/use_computed";
import { useValue } from "../hooks/use_value";
import { Avatar } from "../ui";
import { namesOf } from "./actions";
import { authorOf } from "./author";
import styles from "./quotes.module.css";
import { useTimeFormat, when } from "./times";

export const Quotes = memo(function Quotes({ text }: { readonly text: string }) {
  const links = useMemo(() => messageLinks(text, window.location.origin), [text]);
  return links.map((link) => <QuoteBox key={`${link.channel}/${link.ts}`} link={link} />);
});

function QuoteBox({ link }: { readonly link: MessageLink }) {
  const w = useWorkspace();
  const quote = useValue(useMemo(() => quotedOf(w).of(link), [w, link]));
  return (
    <div className={styles.quote}>
      <span className={styles.edge} aria-hidden />
      {quote.state === "ready" ? (
        <Said link={link} message={quote.message} />
      ) : (
        quote.state === "gone" && <p className={styles.gone}>{strings.messages.quoteGone}</p>
      )}
    </div>
  );
}

function Said({ link, message }: { readonly link: MessageLink; readonly message: Message }) {
  const app = useApp();
  const w = useWorkspace();
  const time = useTimeFormat();
  const user = useValue(w.users.get(message.user ?? ""));
  const direct = useComputed(() => w.channels.get(link.channel).value?.is_im ?? false, [w, link]);
  const author = authorOf(message, user);
  const words = excerpt(message.text, namesOf(w), 240) || message.files?.map((f) => f.title || f.name).join(", ");
  const to = {
    main: { type: "channel" as const, channel: link.channel, at: link.thread ?? link.ts },
    ...(link.thread === undefined
      ? {}
      : { side: { type: "thread" as const, channel: link.channel, ts: link.thread, at: link.ts } }),
  };
  return (
    <div className={styles.said}>
      <div className={styles.author}>
        <Avatar src={author.image} name={author.name} size={16} />
        {author.name}
      </div>
      <p className={styles.words} dir="auto">
        {words}
      </p>
      <div className={styles.foot}>
        {!direct && <ChannelMention id={link.channel} />}
        <span>{when(message.ts, w.platform.clock.now(), time)}</span>
        <a
          href={app.href(to)}
          onClick={(e) => {
            if (e.metaKey || e.ctrlKey || e.shiftKey) return;
            e.preventDefault();
            app.navigate(to);
          }}
        >
          {strings.messages.viewMessage}
        </a>
      </div>
    </div>
  );
}
