// Block Kit, drawn. What a click on an element does is the caller's: without
// onAction, elements that only an app could answer say so and do nothing.

import { memo, type ReactNode } from "react";
import { strings } from "../../i18n";
import { cx } from "../ui";
import { Alert, Cards, Video } from "./block_parts";
import styles from "./blocks.module.css";
import { Element } from "./elements";
import { blocksPortion, maxPlain } from "./first_parts";
import { useFold } from "./fold";
import { Inlines, TextLink } from "./inline";
import type { KitBlock, KitElement, KitImage, KitText } from "./kit";
import { fitBox, Picture } from "./picture";
import { plainNodes, readKit } from "./read_kit";
import { RichText } from "./rich_text";
import { Table } from "./table";

/** What somebody did with an element. */
export interface KitAction {
  readonly block: string;
  readonly action: string;
  readonly value: string;
}

export interface BlocksProps {
  /** As the message has them: anything, in which blocks may be. */
  readonly blocks: unknown;
  readonly onAction?: (action: KitAction) => void;
  /** What stands behind the last word. */
  readonly after?: ReactNode;
}

export const Blocks = memo(function Blocks({ blocks, onAction, after }: BlocksProps) {
  const all = readKit(blocks);
  const fold = useFold(all);
  const { parts: kit, over } = blocksPortion(all, fold.size);
  const inText = kit.at(-1)?.type === "rich_text";
  return (
    <div className={styles.blocks}>
      {kit.map((block, i) => (
        <Block
          key={block.key}
          block={block}
          onAction={onAction}
          after={inText && i === kit.length - 1 ? after : undefined}
        />
      ))}
      {!inText && after}
      {over && fold.more}
    </div>
  );
});

type OnAction = BlocksProps["onAction"];

function Block({
  block,
  onAction,
  after,
}: {
  readonly block: KitBlock;
  readonly onAction: OnAction;
  readonly after: ReactNode;
}) {
  const act = onAction && ((action: string, value: string) => onAction({ block: block.key, action, value }));
  switch (block.type) {
    case "section":
      return <Section block={block} act={act} />;
    case "header":
      return (
        <h3 className={styles.header} dir="auto">
          <PlainText text={block.text} />
        </h3>
      );
    case "context":
      return <Context elements={block.elements} />;
    case "divider":
      return <hr className={styles.divider} />;
    case "image":
      return <ImageBlock image={block.image} title={block.title} />;
    case "actions":
      return (
        <div className={styles.actions}>
          <Elements elements={block.elements} act={act} />
        </div>
      );
    case "input":
      return <Input block={block} act={act} />;
    case "rich_text":
      return <RichText nodes={block.nodes} after={after} />;
    case "video":
      return <Video video={block.video} />;
    case "table":
      return <Table rows={block.rows} columns={block.columns} />;
    case "alert":
      return <Alert tone={block.tone} text={block.text} />;
    case "card":
      return <Cards cards={[block.card]} act={act} />;
    case "carousel":
      return <Cards cards={block.cards} act={act} />;
    case "unknown":
      return (
        <p className={styles.unknown}>
          {block.name === "" ? strings.blocks.unknownPart : strings.blocks.unknown(block.name)}
        </p>
      );
  }
}

export type Act = ((action: string, value: string) => void) | undefined;

function Section({ block, act }: { readonly block: KitBlock & { type: "section" }; readonly act: Act }) {
  const { text, fields, accessory } = block;
  return (
    <div className={cx(styles.section, accessory?.type === "image" && styles.withImage)}>
      <div className={styles.words}>
        {text && <MarkupText text={text} />}
        {fields.length > 0 && (
          <div className={styles.fields}>
            {fields.map((field, i) => (
              <MarkupText key={i} text={field} />
            ))}
          </div>
        )}
      </div>
      {accessory && (
        <div className={styles.accessory}>
          <Element element={accessory} act={act} />
        </div>
      )}
    </div>
  );
}

export function Elements({ elements, act }: { readonly elements: readonly KitElement[]; readonly act: Act }) {
  return elements.map((element, i) => <Element key={i} element={element} act={act} />);
}

const contextImage = { width: 20, height: 20 };

function Context({ elements }: { readonly elements: readonly (KitText | KitImage)[] }) {
  return (
    <div className={styles.context}>
      {elements.map((element, i) =>
        "url" in element ? (
          <Picture
            key={i}
            url={element.url}
            alt={element.alt}
            box={contextImage}
            round
            className={styles.contextImage}
          />
        ) : (
          <MarkupText key={i} text={element} />
        ),
      )}
    </div>
  );
}

const maxImage = { width: 480, height: 360 };

function ImageBlock({ image, title }: { readonly image: KitImage; readonly title: string }) {
  const picture = (
    <Picture url={image.url} alt={image.alt} box={fitBox(image.width, image.height, maxImage)} fit="contain" />
  );
  return (
    <figure className={styles.figure}>
      {title !== "" && (
        <figcaption className={styles.caption} dir="auto">
          <PlainText text={title} />
        </figcaption>
      )}
      {image.url.startsWith("http") ? <TextLink link={{ url: image.url }}>{picture}</TextLink> : picture}
    </figure>
  );
}

function Input({ block, act }: { readonly block: KitBlock & { type: "input" }; readonly act: Act }) {
  return (
    <fieldset className={styles.input}>
      <legend className={styles.label}>
        <PlainText text={block.label} />{" "}
        {block.optional && <span className={styles.optional}>{strings.blocks.optional}</span>}
      </legend>
      <Element element={block.element} act={act} label={block.label} />
      {block.hint !== "" && (
        <p className={styles.hint}>
          <PlainText text={block.hint} />
        </p>
      )}
    </fieldset>
  );
}

export function MarkupText({ text, className }: { readonly text: KitText; readonly className?: string }) {
  return <RichText nodes={text.nodes} className={className} />;
}

/** A plain text on one line, with its emoji. */
export function PlainText({ text }: { readonly text: string }) {
  const [node] = plainNodes(text.slice(0, maxPlain));
  return node?.type === "section" ? <Inlines inlines={node.children} /> : text;
}
