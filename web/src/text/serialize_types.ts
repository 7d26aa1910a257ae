/**
 * The two trees that the composer's serialisers stand between: the editor's
 * document, as ProseMirror writes it to JSON, and Slack's rich_text block.
 * Nothing here knows of ProseMirror itself, so that drafts and the outbox can
 * read a document without loading an editor.
 */

export interface DocMark {
  readonly type: string;
  readonly attrs?: Readonly<Record<string, unknown>>;
}

export interface DocNode {
  readonly type: string;
  readonly attrs?: Readonly<Record<string, unknown>>;
  readonly content?: readonly DocNode[];
  readonly text?: string;
  readonly marks?: readonly DocMark[];
}

export interface RichStyle {
  bold?: boolean;
  italic?: boolean;
  strike?: boolean;
  code?: boolean;
}

export type RichInline =
  | { type: "text"; text: string; style?: RichStyle }
  | { type: "link"; url: string; text?: string; style?: RichStyle }
  | { type: "user"; user_id: string; style?: RichStyle }
  | { type: "usergroup"; usergroup_id: string; style?: RichStyle }
  | { type: "channel"; channel_id: string; style?: RichStyle }
  | { type: "broadcast"; range: "here" | "channel" | "everyone"; style?: RichStyle }
  | { type: "emoji"; name: string; skin_tone?: number; unicode?: string; style?: RichStyle }
  | { type: "color"; value: string; style?: RichStyle }
  | { type: "date"; timestamp: number; format: string; url?: string; fallback?: string; style?: RichStyle };

export interface RichSection {
  type: "rich_text_section";
  elements: RichInline[];
}

export interface RichList {
  type: "rich_text_list";
  style: "bullet" | "ordered";
  indent?: number;
  offset?: number;
  border?: number;
  elements: RichSection[];
}

export interface RichPreformatted {
  type: "rich_text_preformatted";
  elements: RichInline[];
  border?: number;
}

export interface RichQuote {
  type: "rich_text_quote";
  elements: RichInline[];
}

export type RichElement = RichSection | RichList | RichPreformatted | RichQuote;

export interface RichText {
  type: "rich_text";
  block_id?: string;
  elements: RichElement[];
}
