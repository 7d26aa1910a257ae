// The emoji picker, loaded when it is first opened.

import { lazy, Suspense } from "react";
import type { Anchor } from "../ui";

const EmojiPicker = lazy(() => import("../emoji/emoji_picker").then((m) => ({ default: m.EmojiPicker })));

export interface ReactionPickerProps {
  readonly anchor: Anchor;
  readonly onPick: (name: string) => void;
  readonly onClose: () => void;
}

export function ReactionPicker({ anchor, onPick, onClose }: ReactionPickerProps) {
  return (
    <Suspense fallback={null}>
      <EmojiPicker
        anchor={anchor}
        placement="top-end"
        onClose={onClose}
        onPick={(name, stay) => {
          onPick(name);
          if (!stay) onClose();
        }}
      />
    </Suspense>
  );
}
