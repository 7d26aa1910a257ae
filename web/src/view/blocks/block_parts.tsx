// The larger of the rarer blocks: videos, alerts and cards.

import { AlertTriangle, CheckCircle2, Info, OctagonAlert, Play } from "lucide-react";
import { strings } from "../../i18n";
import { cx } from "../ui";
import styles from "./block_parts.module.css";
import { type Act, Elements, MarkupText } from "./blocks";
import { TextLink } from "./inline";
import type { KitBlock, KitCard, KitText, KitVideo } from "./kit";
import { fitBox, Picture } from "./picture";

const videoBox = { width: 360, height: 203 };

/** A video of elsewhere: its picture, and a link to where it plays. */
export function Video({ video }: { readonly video: KitVideo }) {
  const picture = video.thumbnail && <Picture url={video.thumbnail.url} alt={video.thumbnail.alt} box={videoBox} />;
  return (
    <div className={styles.video}>
      {video.provider !== "" && <div className={styles.meta}>{video.provider}</div>}
      <div className={styles.title}>
        {video.url === undefined ? video.title : <TextLink link={{ url: video.url, text: video.title }} />}
      </div>
      {video.author !== "" && <div className={styles.meta}>{video.author}</div>}
      {video.description !== "" && <p>{video.description}</p>}
      {video.url === undefined ? (
        picture
      ) : (
        <TextLink link={{ url: video.url }}>
          <span className={styles.play}>
            {picture}
            <span className={styles.button} role="img" aria-label={strings.blocks.watch(video.title)}>
              <Play size={22} fill="currentColor" aria-hidden />
            </span>
          </span>
        </TextLink>
      )}
    </div>
  );
}

const toneIcons = { info: Info, success: CheckCircle2, warning: AlertTriangle, danger: OctagonAlert } as const;

export function Alert({
  tone,
  text,
}: {
  readonly tone: (KitBlock & { type: "alert" })["tone"];
  readonly text: KitText;
}) {
  const Icon = toneIcons[tone];
  return (
    <div className={cx(styles.alert, styles[tone])}>
      <Icon size={18} aria-hidden />
      <MarkupText text={text} />
    </div>
  );
}

const heroMax = { width: 320, height: 180 };
const iconBox = { width: 36, height: 36 };

export function Cards({ cards, act }: { readonly cards: readonly KitCard[]; readonly act: Act }) {
  return (
    <div className={styles.cards}>
      {cards.map((card, i) => (
        <article key={i} className={styles.card}>
          {card.hero && (
            <Picture url={card.hero.url} alt={card.hero.alt} box={fitBox(16, 9, heroMax)} className={styles.hero} />
          )}
          <div className={styles.heading}>
            {card.icon && <Picture url={card.icon.url} alt={card.icon.alt} box={iconBox} round />}
            <div className={styles.headings}>
              {card.title && <MarkupText text={card.title} className={styles.title} />}
              {card.subtitle && <MarkupText text={card.subtitle} className={styles.meta} />}
            </div>
          </div>
          {card.body && <MarkupText text={card.body} />}
          {card.actions.length > 0 && (
            <div className={styles.actions}>
              <Elements elements={card.actions} act={act} />
            </div>
          )}
        </article>
      ))}
    </div>
  );
}
