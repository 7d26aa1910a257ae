// The buttons that float at the row under the pointer; they move nothing.

import { Bookmark, EllipsisVertical, Forward, MessageSquareText, SmilePlus } from "lucide-react";
import { useMemo } from "react";
import { strings } from "../../i18n";
import { isWritten } from "../../state/message_actions";
import { savedMarksOf } from "../../state/saved_marks";
import type { Message } from "../../wire/objects";
import { Emoji } from "../emoji/emoji";
import { useWorkspace } from "../hooks/app";
import { useValue } from "../hooks/use_value";
import { cx, IconButton, Tooltip } from "../ui";
import type { MessageActions } from "./actions";
import type { MenuKind } from "./list_state";
import styles from "./toolbar.module.css";

const quick = ["white_check_mark", "eyes", "raised_hands"] as const;

export interface ToolbarProps {
  readonly id: string;
  readonly message: Message;
  readonly actions: MessageActions;
}

export function Toolbar({ id, message, actions }: ToolbarProps) {
  const w = useWorkspace();
  const { channel, timeline } = actions.state;
  // Above a thread's first message there is nothing to float over.
  const inside = message.ts === timeline.thread;
  const saved =
    useValue(useMemo(() => savedMarksOf(w).of(channel, message.ts), [w, channel, message.ts])) !== undefined;
  const open = (kind: MenuKind) => (e: { currentTarget: Element }) => {
    actions.state.menu.value = { key: id, kind, anchor: e.currentTarget };
  };
  return (
    <div className={cx(styles.toolbar, inside && styles.inside)} role="toolbar" aria-label={strings.messages.actions}>
      {isWritten(message) && (
        <>
          <span className={styles.quick}>
            {quick.map((name) => (
              <Tooltip key={name} text={strings.messages.reactWith(name)}>
                <button
                  type="button"
                  className={styles.emoji}
                  aria-label={strings.messages.reactWith(name)}
                  onClick={() => actions.react(message, name)}
                >
                  <Emoji name={name} size={18} decorative />
                </button>
              </Tooltip>
            ))}
          </span>
          <IconButton label={strings.messages.react} icon={SmilePlus} keys="R" onClick={open("react")} />
          {!actions.state.inThread && (
            <IconButton
              label={strings.messages.reply}
              icon={MessageSquareText}
              keys="T"
              onClick={() => actions.reply(message)}
            />
          )}
          <IconButton
            label={strings.messages.forward}
            icon={Forward}
            keys="F"
            onClick={() => actions.forward(message)}
          />
          <IconButton
            label={saved ? strings.messages.unsave : strings.messages.save}
            icon={Bookmark}
            keys="A"
            active={saved}
            onClick={() => actions.save(message)}
          />
        </>
      )}
      <IconButton label={strings.messages.more} icon={EllipsisVertical} aria-haspopup="menu" onClick={open("more")} />
    </div>
  );
}
