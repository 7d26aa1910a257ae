// The reactions below a message: one chip an emoji, with who in its tooltip.

import { SmilePlus } from "lucide-react";
import { memo, useState } from "react";
import { strings } from "../../i18n";
import { nameOf } from "../../state/users";
import type { Message, Reaction } from "../../wire/objects";
import { Emoji } from "../emoji/emoji";
import { useWorkspace } from "../hooks/app";
import { useComputed } from "../hooks/use_computed";
import { cx, Tooltip } from "../ui";
import type { MessageActions } from "./actions";
import { ReactionPicker } from "./reaction_picker";
import styles from "./reactions.module.css";

export interface ReactionsProps {
  readonly message: Message;
  readonly actions: Pick<MessageActions, "react">;
}

export const Reactions = memo(function Reactions({ message, actions }: ReactionsProps) {
  const [anchor, setAnchor] = useState<Element>();
  const reactions = message.reactions ?? [];
  if (reactions.length === 0) return null;
  return (
    <div className={styles.reactions}>
      {reactions.map((reaction) => (
        <Chip key={reaction.name} reaction={reaction} onToggle={() => actions.react(message, reaction.name)} />
      ))}
      <button
        type="button"
        className={cx(styles.chip, styles.add)}
        aria-label={strings.messages.react}
        onClick={(e) => setAnchor(e.currentTarget)}
      >
        <SmilePlus size={16} aria-hidden />
      </button>
      {anchor && (
        <ReactionPicker
          anchor={anchor}
          onClose={() => setAnchor(undefined)}
          onPick={(name) => actions.react(message, name, true)}
        />
      )}
    </div>
  );
});

interface ChipProps {
  readonly reaction: Reaction;
  readonly onToggle: () => void;
}

function Chip({ reaction, onToggle }: ChipProps) {
  const w = useWorkspace();
  const own = useComputed(() => reaction.users.includes(w.self.value.id), [w, reaction]);
  return (
    <Tooltip text={<Who reaction={reaction} />}>
      <button
        type="button"
        className={cx(styles.chip, own && styles.own)}
        aria-pressed={own}
        aria-label={strings.messages.reactionLabel(reaction.name, reaction.count, own)}
        onClick={onToggle}
      >
        <Emoji name={reaction.name} size={16} decorative />
        <span className={styles.count}>{reaction.count}</span>
      </button>
    </Tooltip>
  );
}

const maxNames = 20;

/** Who reacted: made when the tooltip is shown, as names may have to be asked for. */
function Who({ reaction }: { readonly reaction: Reaction }) {
  const w = useWorkspace();
  const names = useComputed(() => {
    const self = w.self.value.id;
    const users = reaction.users.slice(0, maxNames);
    return users
      .map((id) => (id === self ? strings.messages.you : nameOf(w.users.get(id).value) || strings.messages.someone))
      .join("\n");
  }, [w, reaction]);
  const shown = names === "" ? [] : names.split("\n");
  return (
    <span className={styles.who}>
      <Emoji name={reaction.name} size={32} decorative />
      <span>{strings.messages.reactedBy(shown, reaction.count - shown.length, reaction.name)}</span>
    </span>
  );
}
