// Reads Block Kit. What has no shape that we know is left out; a whole block of
// a type that we don't know is kept, to be told of.

import { parseMarkdown } from "../../text/markdown";
import { parseMrkdwn, parsePlain } from "../../text/mrkdwn";
import { readRichText, toTree } from "../../text/rich_text";
import { mediaUrl, safeUrl } from "../../text/url";
import { array, type Json, object, size, string } from "./json";
import type { KitBlock, KitCard, KitCell, KitColumn, KitElement, KitImage, KitOption, KitText } from "./kit";

/** Slack allows 50 in a message and 100 elsewhere. */
const maxBlocks = 100;

const read = new WeakMap<object, readonly KitBlock[]>();

/** The blocks of a message. The same array is read once. */
export function readKit(blocks: unknown): readonly KitBlock[] {
  if (!Array.isArray(blocks)) return [];
  const known = read.get(blocks);
  if (known !== undefined) return known;
  const kit = array(blocks, maxBlocks).flatMap((block, i) => readBlock(object(block), i));
  read.set(blocks, kit);
  return kit;
}

function readBlock(block: Json, i: number): KitBlock[] {
  const key = string(block.block_id) || String(i);
  const one = readKind(block);
  return one.map((kit, j) => ({ ...kit, key: `${i}.${j}.${key}` }) as KitBlock);
}

/** A block without its key; distributes over the union. */
type Keyless<T> = T extends unknown ? Omit<T, "key"> : never;
type Bare = Keyless<KitBlock>;

function readKind(block: Json): Bare[] {
  switch (block.type) {
    case "section":
      return readSection(block);
    case "header":
      return [{ type: "header", text: string(object(block.text).text) }];
    case "context":
      return [{ type: "context", elements: array(block.elements).flatMap(readContextElement) }];
    case "divider":
      return [{ type: "divider" }];
    case "image":
      return readImage(block).map((image) => ({ type: "image", image, title: string(object(block.title).text) }));
    case "actions":
    case "context_actions":
      return [{ type: "actions", elements: array(block.elements).flatMap(readElement) }];
    case "input":
      return readInput(block);
    case "rich_text":
      return [{ type: "rich_text", nodes: readRichText(block) }];
    case "markdown":
      return parseMarkdown(string(block.text));
    case "video":
      return readVideo(block);
    case "table":
      return readTable(block);
    case "alert":
      return readText(block.text).map((text) => ({ type: "alert", tone: tone(block.level ?? block.style), text }));
    case "card":
      return [{ type: "card", card: readCard(block) }];
    case "carousel":
      return [{ type: "carousel", cards: array(block.elements, 10).map((card) => readCard(object(card))) }];
    case "file":
      return []; // its file is among the message's files
  }
  return [{ type: "unknown", name: string(block.type).slice(0, 50) }];
}

function readText(from: unknown): [KitText] | [] {
  const json = object(from);
  const text = string(json.text);
  if (text === "") return [];
  return [{ nodes: json.type === "mrkdwn" ? toTree(parseMrkdwn(text)) : plainNodes(text) }];
}

function readSection(block: Json): Bare[] {
  const [text] = readText(block.text);
  const fields = array(block.fields, 10).flatMap(readText);
  const [accessory] = block.accessory === undefined ? [] : readElement(block.accessory);
  if (text === undefined && fields.length === 0) return [];
  return [{ type: "section", text, fields, accessory, expand: block.expand === true }];
}

function readContextElement(from: unknown): (KitText | KitImage)[] {
  const json = object(from);
  return json.type === "image" ? readImage(json) : readText(json);
}

function readImage(json: Json): KitImage[] {
  const url = mediaUrl(json.image_url) ?? mediaUrl(object(json.slack_file).url);
  if (url === undefined) return [];
  return [{ url, alt: string(json.alt_text), width: size(json.image_width), height: size(json.image_height) }];
}

function readInput(block: Json): Bare[] {
  return readElement(block.element).map((element) => ({
    type: "input",
    label: string(object(block.label).text),
    hint: string(object(block.hint).text),
    optional: block.optional === true,
    element,
  }));
}

function readVideo(block: Json): Bare[] {
  const thumbnail = mediaUrl(block.thumbnail_url);
  return [
    {
      type: "video",
      video: {
        title: string(object(block.title).text),
        url: safeUrl(block.title_url) ?? safeUrl(block.video_url),
        thumbnail:
          thumbnail === undefined ? undefined : { url: thumbnail, alt: string(block.alt_text), width: 16, height: 9 },
        description: string(object(block.description).text),
        author: string(block.author_name),
        provider: string(block.provider_name),
      },
    },
  ];
}

const maxColumns = 20;

function readTable(block: Json): Bare[] {
  const rows = array(block.rows).map((row) => array(row, maxColumns).map(readCell));
  const settings = array(block.column_settings, maxColumns);
  const width = Math.max(0, ...rows.map((row) => row.length));
  const columns = Array.from({ length: width }, (_, i): KitColumn => {
    const { align, is_wrapped } = object(settings[i]);
    return { align: align === "center" || align === "right" ? align : "left", wrap: is_wrapped === true };
  });
  return rows.length === 0 ? [] : [{ type: "table", rows, columns }];
}

function readCell(from: unknown): KitCell {
  const json = object(from);
  if (json.type === "rich_text") return { nodes: readRichText(json) };
  return { nodes: [{ type: "section", children: [{ type: "text", text: string(json.text) }] }] };
}

function readCard(json: Json): KitCard {
  const [title] = readText(json.title);
  const [subtitle] = readText(json.subtitle);
  const [body] = readText(json.body);
  return {
    hero: readImage(object(json.hero_image))[0],
    icon: readImage(object(json.icon))[0],
    title,
    subtitle,
    body,
    actions: array(json.actions, 10).flatMap(readElement),
  };
}

function tone(from: unknown): "info" | "success" | "warning" | "danger" {
  if (from === "success" || from === "warning") return from;
  return from === "error" || from === "danger" ? "danger" : "info";
}

function readOptions(json: Json): KitOption[] {
  const groups = array(json.option_groups).flatMap((group) => array(object(group).options));
  return [...array(json.options), ...groups].slice(0, 100).flatMap(readOption);
}

function readOption(from: unknown): KitOption[] {
  const json = object(from);
  const [description] = readText(json.description);
  return readText(json.text).map((text) => ({ text, description, value: string(json.value), url: safeUrl(json.url) }));
}

function chosen(json: Json): string[] {
  const options = [...array(json.initial_options), ...(json.initial_option === undefined ? [] : [json.initial_option])];
  return options.map((option) => string(object(option).value));
}

/** One element of an actions block, an input or an accessory. */
export function readElement(from: unknown): KitElement[] {
  const json = object(from);
  const type = string(json.type);
  const action = string(json.action_id);
  const placeholder = string(object(json.placeholder).text);
  switch (type) {
    case "image":
      return readImage(json).map((image) => ({ type: "image", image }));
    case "button":
    case "workflow_button":
    case "icon_button":
      return readButton(json, action);
    case "feedback_buttons":
      return [...readButton(object(json.positive_button), action), ...readButton(object(json.negative_button), action)];
    case "overflow":
      return [{ type: "overflow", action, options: readOptions(json) }];
    case "datepicker":
      return [{ type: "picker", action, of: "date", value: string(json.initial_date), placeholder }];
    case "timepicker":
      return [{ type: "picker", action, of: "time", value: string(json.initial_time), placeholder }];
    case "datetimepicker":
      return [
        { type: "picker", action, of: "datetime-local", value: localMoment(json.initial_date_time), placeholder },
      ];
    case "checkboxes":
    case "radio_buttons":
      return [
        { type: "choices", action, many: type === "checkboxes", options: readOptions(json), chosen: chosen(json) },
      ];
  }
  if (type.endsWith("_select"))
    return [{ type: "select", action, placeholder, options: readOptions(json), chosen: chosen(json) }];
  if (/_(text_)?input$/.test(type)) return [readField(json, type, action, placeholder)];
  return [];
}

function readButton(json: Json, action: string): KitElement[] {
  const text = string(object(json.text).text) || string(json.icon);
  if (text === "") return [];
  return [
    {
      type: "button",
      action: string(json.action_id) || action,
      text,
      label: string(json.accessibility_label) || text,
      value: string(json.value),
      url: safeUrl(json.url),
      tone: json.style === "primary" || json.style === "danger" ? json.style : "plain",
    },
  ];
}

function readField(json: Json, type: string, action: string, placeholder: string): KitElement {
  const kinds = {
    number_input: "number",
    email_text_input: "email",
    url_text_input: "url",
    file_input: "file",
  } as const;
  return {
    type: "field",
    action,
    of: kinds[type as keyof typeof kinds] ?? "text",
    multiline: json.multiline === true || type === "rich_text_input",
    value: string(json.initial_value),
    placeholder,
  };
}

function localMoment(seconds: unknown): string {
  if (typeof seconds !== "number" || !(Math.abs(seconds) < 8e12)) return "";
  const at = new Date(seconds * 1000);
  const local = new Date(at.getTime() - at.getTimezoneOffset() * 60_000);
  return Number.isNaN(local.getTime()) ? "" : local.toISOString().slice(0, 16);
}

/** A plain text as a tree: its links and emoji. */
export function plainNodes(text: string): ReturnType<typeof toTree> {
  return toTree(parsePlain(text));
}
