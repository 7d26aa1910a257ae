// The first part of a message's blocks and attachments, as much as portion.ts
// allows of its text: what is drawn is bounded, however it was written.

import { Cutter } from "../../text/portion";
import type { Card } from "./attachment";
import type { KitBlock, KitCard, KitCell, KitElement, KitText } from "./kit";
import { readKit } from "./read_kit";

/** What a character of a title may cost: a title of nothing but emoji has one in three. */
const titleCost = 4;

/** No title or label is shown beyond it. */
export const maxPlain = 1_000;

export interface FirstParts<T> {
  readonly parts: readonly T[];
  /** Something was left out. */
  readonly over: boolean;
}

export function blocksPortion(blocks: readonly KitBlock[], size: number): FirstParts<KitBlock> {
  return firstParts(blocks, size, cutBlock);
}

export function cardsPortion(cards: readonly Card[], size: number): FirstParts<Card> {
  return firstParts(cards, size, cutCard);
}

function firstParts<T>(all: readonly T[], size: number, cut: (cutter: Cutter, part: T) => T): FirstParts<T> {
  const cutter = new Cutter(size);
  const parts = cutter.each(all, (part) => cut(cutter, part));
  return { parts: cutter.over ? parts : all, over: cutter.over };
}

function cutBlock(cutter: Cutter, block: KitBlock): KitBlock {
  switch (block.type) {
    case "rich_text":
      return { ...block, nodes: cutter.nodes(block.nodes) };
    case "section": {
      const text = block.text && cutText(cutter, block.text);
      spendElements(cutter, block.accessory === undefined ? [] : [block.accessory]);
      return { ...block, text, fields: cutter.each(block.fields, (field) => cutText(cutter, field)) };
    }
    case "table":
      return { ...block, rows: cutter.each(block.rows, (row) => row.map((cell) => cutCell(cutter, cell))) };
    case "context":
      return { ...block, elements: cutter.each(block.elements, (one) => ("url" in one ? one : cutText(cutter, one))) };
    case "alert":
      return { ...block, text: cutText(cutter, block.text) };
    case "card":
      return { ...block, card: cutKitCard(cutter, block.card) };
    case "carousel":
      return { ...block, cards: cutter.each(block.cards, (card) => cutKitCard(cutter, card)) };
    case "actions":
      spendElements(cutter, block.elements);
      return block;
    case "input":
      spendElements(cutter, [block.element]);
      return block;
    case "header":
    case "divider":
    case "image":
    case "video":
    case "unknown":
      return block;
  }
}

function cutText(cutter: Cutter, text: KitText): KitText {
  return { nodes: cutter.nodes(text.nodes) };
}

/** A table's cell costs something even where it is empty. */
function cutCell(cutter: Cutter, cell: KitCell): KitCell {
  cutter.left -= 10;
  return { nodes: cutter.nodes(cell.nodes) };
}

function cutKitCard(cutter: Cutter, card: KitCard): KitCard {
  spendElements(cutter, card.actions);
  return {
    ...card,
    title: card.title && cutText(cutter, card.title),
    subtitle: card.subtitle && cutText(cutter, card.subtitle),
    body: card.body && cutText(cutter, card.body),
  };
}

/** Takes the cost of what is not cut itself from what follows it. */
function spend(cutter: Cutter, on: (inner: Cutter) => void): void {
  const inner = new Cutter(cutter.left);
  on(inner);
  cutter.left = inner.left;
}

/** Elements that a person can act on stay whole. */
function spendElements(cutter: Cutter, elements: readonly KitElement[]): void {
  spend(cutter, (inner) =>
    inner.each(elements, (element) => {
      if ("options" in element)
        inner.each(element.options, (option) => ({ ...option, text: cutText(inner, option.text) }));
      return element;
    }),
  );
}

function cutCard(cutter: Cutter, card: Card): Card {
  spend(cutter, (inner) => spendCard(inner, card));
  return {
    ...card,
    pretext: cutter.nodes(card.pretext),
    text: cutter.nodes(card.text),
    fields: cutter.each(card.fields, (field) => ({ ...field, value: cutter.nodes(field.value) })),
  };
}

/** What stands in a card and isn't cut with it: its titles are bounded, blocks fold by themselves. */
function spendCard(cutter: Cutter, card: Card): void {
  for (const title of [card.service, card.author, card.title, card.footer, ...card.fields.map((f) => f.title)]) {
    cutter.left -= titleCost * Math.min(title.length, maxPlain);
  }
  for (const blocks of [card.blocks, card.message?.blocks]) {
    cutter.each(readKit(blocks), (block) => cutBlock(cutter, block));
  }
}
