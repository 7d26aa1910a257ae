// Attachments: what links lead to, messages that were passed on, and the cards
// of old integrations.

import { memo } from "react";
import { strings } from "../../i18n";
import { formatDate } from "../../text/date";
import { Files } from "../files/files";
import { cx } from "../ui";
import { type Card, readAttachments } from "./attachment";
import styles from "./attachments.module.css";
import { Blocks, PlainText } from "./blocks";
import { cardsPortion } from "./first_parts";
import { useFold } from "./fold";
import { ChannelMention, TextLink } from "./inline";
import { fitBox, Picture } from "./picture";
import { RichText } from "./rich_text";

export const Attachments = memo(function Attachments({ attachments }: { readonly attachments: unknown }) {
  const all = readAttachments(attachments);
  const fold = useFold(all);
  const { parts, over } = cardsPortion(all, fold.size);
  return (
    <>
      {parts.map((card) => (
        <AttachmentView key={card.key} card={card} />
      ))}
      {over && fold.more}
    </>
  );
});

function AttachmentView({ card }: { readonly card: Card }) {
  if (isPicture(card) && card.image) return <ImageOf card={card} />;
  return (
    <div className={styles.attachment}>
      {card.pretext.length > 0 && <RichText nodes={card.pretext} />}
      <div className={styles.frame}>
        <span
          className={styles.edge}
          style={card.color === "" ? undefined : { backgroundColor: card.color }}
          aria-hidden
        />
        <div className={styles.content}>
          <div className={styles.words}>
            <Source card={card} />
            <Title card={card} />
            <Said card={card} />
            <Fields card={card} />
            {card.blocks !== undefined && <Blocks blocks={card.blocks} />}
            {card.image && <Image card={card} />}
            <Footer card={card} />
          </div>
          {card.thumb && <Picture url={card.thumb.url} alt="" box={thumbBox} />}
        </div>
      </div>
    </div>
  );
}

const thumbBox = { width: 72, height: 72 };
const iconBox = { width: 16, height: 16 };
const imageMax = { width: 400, height: 300 };

/** A link to a picture and nothing else: the picture is all there is to show. */
function isPicture(card: Card): boolean {
  return (
    card.title === "" &&
    card.text.length === 0 &&
    card.author === "" &&
    card.blocks === undefined &&
    card.message === undefined &&
    card.fields.length === 0
  );
}

function ImageOf({ card }: { readonly card: Card }) {
  return (
    <div className={styles.attachment}>
      {card.pretext.length > 0 && <RichText nodes={card.pretext} />}
      <Image card={card} />
    </div>
  );
}

function Image({ card }: { readonly card: Card }) {
  if (card.image === undefined) return null;
  const { url, alt, width, height } = card.image;
  const picture = <Picture url={url} alt={alt} box={fitBox(width, height, imageMax)} />;
  return url.startsWith("http") ? <TextLink link={{ url: card.titleLink ?? url }}>{picture}</TextLink> : picture;
}

function Icon({ url }: { readonly url: string | undefined }) {
  return url === undefined ? null : <Picture url={url} alt="" box={iconBox} className={styles.icon} />;
}

/** Where it is from: the site, and who wrote it. */
function Source({ card }: { readonly card: Card }) {
  return (
    <>
      {card.service !== "" && (
        <div className={styles.source}>
          <Icon url={card.serviceIcon} />
          <PlainText text={card.service} />
        </div>
      )}
      {card.author !== "" && (
        <div className={cx(styles.source, card.message !== undefined && styles.author)}>
          <Icon url={card.authorIcon} />
          {card.authorLink === undefined ? (
            <PlainText text={card.author} />
          ) : (
            <TextLink link={{ url: card.authorLink, text: card.author }} />
          )}
        </div>
      )}
    </>
  );
}

function Title({ card }: { readonly card: Card }) {
  if (card.title === "") return null;
  return (
    <div className={styles.title} dir="auto">
      {card.titleLink === undefined ? (
        <PlainText text={card.title} />
      ) : (
        <TextLink link={{ url: card.titleLink, text: card.title }}>
          <PlainText text={card.title} />
        </TextLink>
      )}
    </div>
  );
}

function Said({ card }: { readonly card: Card }) {
  if (card.message?.blocks !== undefined) {
    return (
      <>
        <Blocks blocks={card.message.blocks} />
        {card.message.files && <Files files={card.message.files} />}
      </>
    );
  }
  return (
    <>
      {card.text.length > 0 && <RichText nodes={card.text} />}
      {card.message?.files && <Files files={card.message.files} />}
    </>
  );
}

function Fields({ card }: { readonly card: Card }) {
  if (card.fields.length === 0) return null;
  return (
    <dl className={styles.fields}>
      {card.fields.map((field, i) => (
        <div key={i} className={cx(!field.short && styles.long)}>
          <dt className={styles.field}>
            <PlainText text={field.title} />
          </dt>
          <dd>
            <RichText nodes={field.value} />
          </dd>
        </div>
      ))}
    </dl>
  );
}

function Footer({ card }: { readonly card: Card }) {
  const { message } = card;
  const when = card.at === 0 ? "" : formatDate(card.at, "{date_short_pretty}, {time}", new Date());
  if (card.footer === "" && when === "" && message === undefined) return null;
  return (
    <div className={styles.footer}>
      <Icon url={card.footerIcon} />
      {card.footer !== "" && <PlainText text={card.footer} />}
      {message !== undefined && message.channel !== "" && <ChannelMention id={message.channel} />}
      {when !== "" && <span>{when}</span>}
      {message?.link !== undefined && <TextLink link={{ url: message.link, text: strings.messages.viewMessage }} />}
    </div>
  );
}
