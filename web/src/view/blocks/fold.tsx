// What is long is shown in part, with a button for more of it.

import { memo, type ReactNode, useState } from "react";
import { strings } from "../../i18n";
import type { TextNode } from "../../text/nodes";
import { firstPortion, portion } from "../../text/portion";
import { Button } from "../ui";
import { RichText } from "./rich_text";

/** How much was asked for. A row that scrolls out of the list and in again keeps its height. */
const opened = new WeakMap<object, number>();

/** Each time somebody asks, so many times as much is shown: no one click draws for long. */
const growth = 4;

export interface Fold {
  readonly size: number;
  readonly more: ReactNode;
}

export function useFold(of: object): Fold {
  const [, again] = useState(0);
  const size = opened.get(of) ?? firstPortion;
  const open = () => {
    opened.set(of, size * growth);
    again((n) => n + 1);
  };
  return {
    size,
    more: (
      <div>
        <Button size="sm" onClick={open}>
          {strings.blocks.showMore}
        </Button>
      </div>
    ),
  };
}

export interface FoldedTextProps {
  readonly nodes: readonly TextNode[];
  /** What stands behind the last word. */
  readonly after?: ReactNode;
}

export const FoldedText = memo(function FoldedText({ nodes, after }: FoldedTextProps) {
  const fold = useFold(nodes);
  const { nodes: shown, over } = portion(nodes, fold.size);
  return (
    <>
      <RichText nodes={shown} after={after} />
      {over && fold.more}
    </>
  );
});
