import { Paperclip } from "lucide-react";
import { useMemo } from "react";
import { highlighted } from "../../state/search_marks";
import { messageTree } from "../../text/plain";
import type { Message } from "../../wire/objects";
import { Blocks } from "../blocks/blocks";
import { RichText } from "../blocks/rich_text";
import styles from "./excerpt.module.css";

export interface ExcerptBodyProps {
  readonly channel: string;
  readonly message: Message;
  /** Text and names of files alone. */
  readonly brief: boolean;
}

/** What a message says, with the words that were looked for marked. */
export function ExcerptBody({ message, brief }: ExcerptBodyProps) {
  const { text, blocks } = message;
  const rich = blocks === undefined || blocks.length === 0 || blocks.some((block) => block.type === "rich_text");
  const nodes = useMemo(() => highlighted(messageTree(text, blocks)), [text, blocks]);
  return (
    <>
      {rich || brief ? <RichText nodes={nodes} /> : <Blocks blocks={blocks} />}
      {message.files !== undefined && message.files.length > 0 && (
        <span className={styles.files}>
          {message.files.map((file) => (
            <span key={file.id} className={styles.file}>
              <Paperclip size={14} aria-hidden />
              <span>{file.title || file.name}</span>
            </span>
          ))}
        </span>
      )}
    </>
  );
}
