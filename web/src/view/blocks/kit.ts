// Block Kit as the renderer draws it: read_kit.ts makes it of what a message
// holds, so that nothing here can be missing, of another type or dangerous.

import type { TextNode } from "../../text/nodes";

/** A text object, read: entities always mean something in it, styles where it is mrkdwn. */
export interface KitText {
  readonly nodes: readonly TextNode[];
}

export interface KitImage {
  readonly url: string;
  readonly alt: string;
  /** 0 where the size is not known. */
  readonly width: number;
  readonly height: number;
}

export interface KitOption {
  readonly text: KitText;
  readonly description?: KitText;
  readonly value: string;
  readonly url?: string;
}

export interface KitButton {
  readonly type: "button";
  readonly action: string;
  readonly text: string;
  readonly label: string;
  readonly value: string;
  readonly url?: string;
  readonly tone: "plain" | "primary" | "danger";
}

export type KitElement =
  | KitButton
  | { readonly type: "image"; readonly image: KitImage }
  | {
      readonly type: "select";
      readonly action: string;
      readonly placeholder: string;
      readonly options: readonly KitOption[];
      readonly chosen: readonly string[];
    }
  | { readonly type: "overflow"; readonly action: string; readonly options: readonly KitOption[] }
  | {
      readonly type: "picker";
      readonly action: string;
      readonly of: "date" | "time" | "datetime-local";
      readonly value: string;
      readonly placeholder: string;
    }
  | {
      readonly type: "choices";
      readonly action: string;
      readonly many: boolean;
      readonly options: readonly KitOption[];
      readonly chosen: readonly string[];
    }
  | {
      readonly type: "field";
      readonly action: string;
      readonly of: "text" | "number" | "email" | "url" | "file";
      readonly multiline: boolean;
      readonly value: string;
      readonly placeholder: string;
    };

export interface KitCell {
  readonly nodes: readonly TextNode[];
}

export type Align = "left" | "center" | "right";

export interface KitColumn {
  readonly align: Align;
  readonly wrap: boolean;
}

export interface KitVideo {
  readonly title: string;
  readonly url?: string;
  readonly thumbnail?: KitImage;
  readonly description: string;
  readonly author: string;
  readonly provider: string;
}

export interface KitCard {
  readonly hero?: KitImage;
  readonly icon?: KitImage;
  readonly title?: KitText;
  readonly subtitle?: KitText;
  readonly body?: KitText;
  readonly actions: readonly KitElement[];
}

export type KitBlock = { readonly key: string } & (
  | {
      readonly type: "section";
      readonly text?: KitText;
      readonly fields: readonly KitText[];
      readonly accessory?: KitElement;
      readonly expand: boolean;
    }
  | { readonly type: "header"; readonly text: string }
  | { readonly type: "context"; readonly elements: readonly (KitText | KitImage)[] }
  | { readonly type: "divider" }
  | { readonly type: "image"; readonly image: KitImage; readonly title: string }
  | { readonly type: "actions"; readonly elements: readonly KitElement[] }
  | {
      readonly type: "input";
      readonly label: string;
      readonly hint: string;
      readonly optional: boolean;
      readonly element: KitElement;
    }
  | { readonly type: "rich_text"; readonly nodes: readonly TextNode[] }
  | { readonly type: "video"; readonly video: KitVideo }
  | { readonly type: "table"; readonly rows: readonly (readonly KitCell[])[]; readonly columns: readonly KitColumn[] }
  | { readonly type: "alert"; readonly tone: "info" | "success" | "warning" | "danger"; readonly text: KitText }
  | { readonly type: "card"; readonly card: KitCard }
  | { readonly type: "carousel"; readonly cards: readonly KitCard[] }
  | { readonly type: "unknown"; readonly name: string }
);
