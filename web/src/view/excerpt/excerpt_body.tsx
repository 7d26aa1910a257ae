import { Paperclip } from "lucide-react";
import { useMemo } from "react";
import { portion } from "../../text/portion";
import type { Message } from "../../wire/objects";
import { RichText } from "../blocks/rich_text";
import { Body } from "../messages/body";
import styles from "./excerpt.module.css";
import { markedTree } from "./marked_tree";

export interface ExcerptBodyProps {
  readonly message: Message;
  /** Text and names of files alone. */
  readonly brief: boolean;
}

/** Beyond it nothing is seen of a brief text. */
const briefSize = 2_000;

/** What a message says: as in its conversation, or briefly, with the words that were looked for marked. */
export function ExcerptBody({ message, brief }: ExcerptBodyProps) {
  return brief ? <Brief message={message} /> : <Body message={message} />;
}

function Brief({ message }: { readonly message: Message }) {
  const { text, blocks, files } = message;
  const nodes = useMemo(() => portion(markedTree(text, blocks), briefSize).nodes, [text, blocks]);
  return (
    <>
      <RichText nodes={nodes} />
      {files !== undefined && files.length > 0 && (
        <span className={styles.files}>
          {files.map((file) => (
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
