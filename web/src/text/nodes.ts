// What a message's text is made of, once it is read: inline elements in the
// shapes of Slack's rich_text, and the blocks that hold them as a tree. Nothing
// here knows of the DOM; the view draws it, the composer writes it.

/** The styles of a piece of text. */
export interface Style {
  readonly bold?: boolean;
  readonly italic?: boolean;
  readonly strike?: boolean;
  readonly code?: boolean;
  readonly underline?: boolean;
  readonly highlight?: boolean;
}

export interface TextInline {
  readonly type: "text";
  readonly text: string;
  readonly style?: Style;
}

export interface LinkInline {
  readonly type: "link";
  /** Always one that may be opened; see safeUrl. */
  readonly url: string;
  readonly text?: string;
  readonly style?: Style;
}

export interface EmojiInline {
  readonly type: "emoji";
  readonly name: string;
  readonly skin_tone?: number;
  readonly style?: Style;
}

export interface DateInline {
  readonly type: "date";
  readonly timestamp: number;
  readonly format: string;
  readonly url?: string;
  readonly fallback?: string;
  readonly style?: Style;
}

export type Inline =
  | TextInline
  | LinkInline
  | EmojiInline
  | DateInline
  | { readonly type: "user"; readonly user_id: string; readonly style?: Style }
  | { readonly type: "channel"; readonly channel_id: string; readonly style?: Style }
  | { readonly type: "usergroup"; readonly usergroup_id: string; readonly style?: Style }
  | { readonly type: "broadcast"; readonly range: "here" | "channel" | "everyone"; readonly style?: Style }
  | { readonly type: "color"; readonly value: string; readonly style?: Style };

/** The flat blocks of a rich_text block, as Slack sends them: lists of every depth stand side by side. */
export type RichElement =
  | { readonly type: "rich_text_section"; readonly elements: readonly Inline[] }
  | { readonly type: "rich_text_quote"; readonly elements: readonly Inline[]; readonly border?: number }
  | {
      readonly type: "rich_text_preformatted";
      readonly elements: readonly Inline[];
      readonly border?: number;
      readonly language?: string;
    }
  | {
      readonly type: "rich_text_list";
      readonly style: "bullet" | "ordered";
      readonly indent?: number;
      readonly offset?: number;
      readonly border?: number;
      readonly elements: readonly { readonly type: "rich_text_section"; readonly elements: readonly Inline[] }[];
    };

export interface ListNode {
  readonly type: "list";
  readonly ordered: boolean;
  /** How deep it lies, which chooses its bullets. */
  readonly indent: number;
  /** The number of its first item, less one. */
  readonly offset: number;
  readonly items: readonly ListItem[];
}

export interface ListItem {
  readonly children: readonly Inline[];
  readonly lists: readonly ListNode[];
}

/** A message's text as a tree. */
export type TextNode =
  | { readonly type: "section"; readonly children: readonly Inline[] }
  | { readonly type: "quote"; readonly children: readonly TextNode[] }
  | {
      readonly type: "preformatted";
      readonly text: string;
      readonly children: readonly Inline[];
      readonly language: string;
    }
  | ListNode;
