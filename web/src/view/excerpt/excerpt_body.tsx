import { Paperclip } from "lucide-react";
import { splitMarks } from "../../state/search_marks";
import type { Message } from "../../wire/objects";
import styles from "./excerpt.module.css";

export interface ExcerptBodyProps {
  readonly channel: string;
  readonly message: Message;
  /** Text and names of files alone. */
  readonly brief: boolean;
}

/** What a message says, with the words that were looked for marked. */
export function ExcerptBody({ message }: ExcerptBodyProps) {
  let at = 0;
  return (
    <>
      {splitMarks(message.text).map((run) => {
        at += run.text.length;
        return run.mark ? (
          <mark key={at} className={styles.mark}>
            {run.text}
          </mark>
        ) : (
          <span key={at}>{run.text}</span>
        );
      })}
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
