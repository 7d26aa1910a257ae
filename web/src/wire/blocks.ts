/** Block Kit as messages carry it. Who draws blocks switches over `type` and has a default for what is newer than this. */

import type { ChannelID, File, UserID } from "./objects";

export type Block =
  | SectionBlock
  | HeaderBlock
  | ContextBlock
  | DividerBlock
  | ImageBlock
  | ActionsBlock
  | InputBlock
  | RichTextBlock
  | MarkdownBlock
  | VideoBlock
  | FileBlock
  | TableBlock
  | CallBlock;

interface BlockBase {
  block_id?: string;
}

export interface TextObject {
  type: "plain_text" | "mrkdwn";
  text: string;
  emoji?: boolean;
  verbatim?: boolean;
}

export interface SectionBlock extends BlockBase {
  type: "section";
  text?: TextObject;
  fields?: TextObject[];
  accessory?: BlockElement;
  expand?: boolean;
}

export interface HeaderBlock extends BlockBase {
  type: "header";
  text: TextObject;
}

export interface ContextBlock extends BlockBase {
  type: "context";
  elements: (TextObject | ImageElement)[];
}

export interface DividerBlock extends BlockBase {
  type: "divider";
}

export interface ImageBlock extends BlockBase {
  type: "image";
  image_url?: string;
  slack_file?: { id?: string; url?: string };
  alt_text: string;
  title?: TextObject;
  image_width?: number;
  image_height?: number;
}

export interface ActionsBlock extends BlockBase {
  type: "actions";
  elements: BlockElement[];
}

export interface InputBlock extends BlockBase {
  type: "input";
  label: TextObject;
  element: BlockElement;
  hint?: TextObject;
  optional?: boolean;
  dispatch_action?: boolean;
}

export interface MarkdownBlock extends BlockBase {
  type: "markdown";
  text: string;
}

export interface VideoBlock extends BlockBase {
  type: "video";
  title: TextObject;
  title_url?: string;
  description?: TextObject;
  video_url: string;
  thumbnail_url: string;
  alt_text: string;
  author_name?: string;
  provider_name?: string;
  provider_icon_url?: string;
}

export interface FileBlock extends BlockBase {
  type: "file";
  external_id?: string;
  source?: string;
  file_id?: string;
  file?: File;
}

export interface TableCell {
  type: "raw_text" | "rich_text";
  text?: string;
  elements?: RichTextElement[];
}

export interface TableBlock extends BlockBase {
  type: "table";
  rows: TableCell[][];
  column_settings?: ({ align?: "left" | "center" | "right"; is_wrapped?: boolean } | null)[];
}

export interface CallBlock extends BlockBase {
  type: "call";
  call_id?: string;
}

export interface Option {
  text: TextObject;
  value?: string;
  description?: TextObject;
  url?: string;
}

export interface OptionGroup {
  label: TextObject;
  options: Option[];
}

export interface ConfirmObject {
  title?: TextObject;
  text?: TextObject;
  confirm?: TextObject;
  deny?: TextObject;
  style?: "primary" | "danger";
}

export interface ImageElement {
  type: "image";
  image_url?: string;
  slack_file?: { id?: string; url?: string };
  alt_text: string;
  image_width?: number;
  image_height?: number;
}

export interface ButtonElement {
  type: "button" | "workflow_button";
  text: TextObject;
  action_id?: string;
  url?: string;
  value?: string;
  style?: "primary" | "danger";
  confirm?: ConfirmObject;
  accessibility_label?: string;
}

/** Every other element that a person could act on: selects, pickers, inputs. */
export interface ControlElement {
  type:
    | "static_select"
    | "external_select"
    | "users_select"
    | "conversations_select"
    | "channels_select"
    | "multi_static_select"
    | "multi_external_select"
    | "multi_users_select"
    | "multi_conversations_select"
    | "multi_channels_select"
    | "overflow"
    | "datepicker"
    | "timepicker"
    | "datetimepicker"
    | "checkboxes"
    | "radio_buttons"
    | "plain_text_input"
    | "number_input"
    | "email_text_input"
    | "url_text_input"
    | "rich_text_input"
    | "file_input";
  action_id?: string;
  placeholder?: TextObject;
  options?: Option[];
  option_groups?: OptionGroup[];
  initial_option?: Option;
  initial_options?: Option[];
  initial_value?: string;
  initial_date?: string;
  initial_time?: string;
  multiline?: boolean;
}

export type BlockElement = ImageElement | ButtonElement | ControlElement;

export interface RichTextBlock extends BlockBase {
  type: "rich_text";
  elements: RichTextElement[];
}

export type RichTextElement = RichTextSection | RichTextList | RichTextQuote | RichTextPreformatted;

export interface RichTextSection {
  type: "rich_text_section";
  elements: RichTextInline[];
}

export interface RichTextList {
  type: "rich_text_list";
  style: "bullet" | "ordered";
  indent?: number;
  offset?: number;
  border?: number;
  elements: RichTextSection[];
}

export interface RichTextQuote {
  type: "rich_text_quote";
  border?: number;
  elements: RichTextInline[];
}

export interface RichTextPreformatted {
  type: "rich_text_preformatted";
  border?: number;
  language?: string;
  elements: RichTextInline[];
}

export interface InlineStyle {
  bold?: boolean;
  italic?: boolean;
  strike?: boolean;
  underline?: boolean;
  code?: boolean;
  highlight?: boolean;
  client_highlight?: boolean;
  unlink?: boolean;
}

export type RichTextInline =
  | { type: "text"; text: string; style?: InlineStyle }
  | { type: "link"; url: string; text?: string; unsafe?: boolean; style?: InlineStyle }
  | { type: "emoji"; name: string; unicode?: string; skin_tone?: number; url?: string; style?: InlineStyle }
  | { type: "user"; user_id: UserID; style?: InlineStyle }
  | { type: "usergroup"; usergroup_id: string; style?: InlineStyle }
  | { type: "channel"; channel_id: ChannelID; style?: InlineStyle }
  | { type: "broadcast"; range: "here" | "channel" | "everyone"; style?: InlineStyle }
  | { type: "date"; timestamp: number; format: string; url?: string; fallback?: string; style?: InlineStyle }
  | { type: "color"; value: string; style?: InlineStyle }
  | { type: "team"; team_id: string; style?: InlineStyle };
