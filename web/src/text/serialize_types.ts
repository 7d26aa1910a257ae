import type { RichElement } from "./nodes";

/**
 * The editor's document, as ProseMirror writes it to JSON. The composer's
 * serialisers stand between it and Slack's rich_text; nothing here knows of
 * ProseMirror itself, so that drafts can be read without loading an editor.
 */
export interface DocNode {
  readonly type: string;
  readonly attrs?: Readonly<Record<string, unknown>>;
  readonly content?: readonly DocNode[];
  readonly text?: string;
  readonly marks?: readonly DocMark[];
}

export interface DocMark {
  readonly type: string;
  readonly attrs?: Readonly<Record<string, unknown>>;
}

export interface RichText {
  type: "rich_text";
  block_id?: string;
  elements: RichElement[];
}
