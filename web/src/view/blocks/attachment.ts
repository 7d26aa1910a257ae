// An attachment as it is drawn, read of what a message holds.

import { parseMrkdwn } from "../../text/mrkdwn";
import type { TextNode } from "../../text/nodes";
import { toTree } from "../../text/rich_text";
import { mediaUrl, safeUrl } from "../../text/url";
import type { Attachment } from "../../wire/objects";
import { array, object, size, string } from "./json";
import type { KitImage } from "./kit";

export interface Card {
  readonly key: string;
  /** What stands above the frame. */
  readonly pretext: readonly TextNode[];
  /** The edge's colour, "#rrggbb"; "" for the ordinary one. */
  readonly color: string;
  readonly service: string;
  readonly serviceIcon?: string;
  readonly author: string;
  readonly authorId: string;
  readonly authorLink?: string;
  readonly authorIcon?: string;
  readonly title: string;
  readonly titleLink?: string;
  readonly text: readonly TextNode[];
  readonly fields: readonly { readonly title: string; readonly value: readonly TextNode[]; readonly short: boolean }[];
  readonly image?: KitImage;
  readonly thumb?: KitImage;
  readonly footer: string;
  readonly footerIcon?: string;
  /** Seconds; 0: none. */
  readonly at: number;
  /** Blocks of its own, undecoded. */
  readonly blocks?: unknown;
  /** A message that is shown here: where it stands, and what it says. */
  readonly message?: {
    readonly channel: string;
    readonly channelName: string;
    readonly ts: string;
    readonly link?: string;
    readonly blocks?: unknown;
    readonly files?: Attachment["files"];
  };
}

const colors: Readonly<Record<string, string>> = { good: "#2eb67d", warning: "#ecb22e", danger: "#e01e5a" };
const maxAttachments = 100;
const read = new WeakMap<object, readonly Card[]>();

/** The attachments of a message. The same array is read once. */
export function readAttachments(attachments: unknown): readonly Card[] {
  if (!Array.isArray(attachments)) return [];
  const known = read.get(attachments);
  if (known !== undefined) return known;
  const cards = array(attachments, maxAttachments).map(readAttachment).filter(hasSomething);
  read.set(attachments, cards);
  return cards;
}

function readAttachment(from: unknown, i: number): Card {
  const json = object(from);
  const image = mediaUrl(json.image_url);
  const thumb = mediaUrl(json.thumb_url);
  const card: Card = {
    key: `${i}.${string(json.from_url)}`,
    pretext: markup(string(json.pretext)),
    color: readColor(json.color),
    service: string(json.service_name),
    serviceIcon: mediaUrl(json.service_icon),
    author: string(json.author_name),
    authorId: string(json.author_id),
    authorLink: safeUrl(json.author_link),
    authorIcon: mediaUrl(json.author_icon),
    title: string(json.title),
    titleLink: safeUrl(json.title_link),
    text: markup(string(json.text)),
    fields: array(json.fields).map((field) => {
      const { title, value, short } = object(field);
      return { title: string(title), value: markup(scalar(value)), short: short === true };
    }),
    image:
      image === undefined
        ? undefined
        : { url: image, alt: string(json.fallback), width: size(json.image_width), height: size(json.image_height) },
    thumb:
      thumb === undefined
        ? undefined
        : { url: thumb, alt: "", width: size(json.thumb_width), height: size(json.thumb_height) },
    footer: string(json.footer),
    footerIcon: mediaUrl(json.footer_icon),
    at: seconds(json.ts),
    blocks: Array.isArray(json.blocks) && json.blocks.length > 0 ? json.blocks : undefined,
    message: readMessage(json),
  };
  const empty = !hasSomething(card);
  return empty ? { ...card, text: markup(string(json.fallback)) } : card;
}

function readMessage(json: ReturnType<typeof object>): Card["message"] {
  if (json.is_msg_unfurl !== true && json.is_share !== true) return undefined;
  const [first] = array(json.message_blocks, 1).map(object);
  return {
    channel: string(json.channel_id) || string(first?.channel),
    channelName: string(json.channel_name),
    ts: string(json.ts),
    link: safeUrl(json.from_url),
    blocks: object(first?.message).blocks,
    files: Array.isArray(json.files) ? json.files : undefined,
  };
}

function hasSomething(card: Card): boolean {
  return (
    card.pretext.length > 0 ||
    card.author !== "" ||
    card.title !== "" ||
    card.text.length > 0 ||
    card.footer !== "" ||
    card.fields.length > 0 ||
    card.image !== undefined ||
    card.thumb !== undefined ||
    card.blocks !== undefined ||
    card.message?.blocks !== undefined
  );
}

function markup(text: string): readonly TextNode[] {
  return text === "" ? [] : toTree(parseMrkdwn(text));
}

function readColor(from: unknown): string {
  const text = string(from);
  const named = colors[text];
  if (named !== undefined) return named;
  const hex = /^#?([0-9a-f]{6}|[0-9a-f]{3})$/i.exec(text)?.[1];
  return hex === undefined ? "" : `#${hex}`;
}

function scalar(value: unknown): string {
  return typeof value === "number" || typeof value === "boolean" ? String(value) : string(value);
}

function seconds(value: unknown): number {
  const n = Number(typeof value === "string" || typeof value === "number" ? value : Number.NaN);
  return Number.isFinite(n) && n > 0 && n < 8e12 ? n : 0;
}
