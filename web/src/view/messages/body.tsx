// What a message says: its blocks or its text, then what hangs on it.

import { memo, type ReactNode, useMemo } from "react";
import { treeOf } from "../../text/plain";
import type { Message } from "../../wire/objects";
import { Attachments } from "../blocks/attachments";
import { Blocks } from "../blocks/blocks";
import { FoldedText } from "../blocks/fold";
import { Files } from "../files/files";
import { cx } from "../ui";
import { Quotes } from "./quotes";
import styles from "./row.module.css";

export interface BodyProps {
  readonly message: Message;
  /** What stands behind the last word. */
  readonly after?: ReactNode;
}

export const Body = memo(function Body({ message, after }: BodyProps) {
  const { blocks, text, files, attachments } = message;
  const rich = blocks !== undefined && blocks.length > 0;
  const laden =
    (files?.length ?? 0) + (attachments?.length ?? 0) > 0 ||
    (rich && blocks.some((block) => block.type !== "rich_text"));
  return (
    <div className={cx(styles.body, laden && styles.laden)}>
      {rich ? <Blocks blocks={blocks} after={after} /> : <Text text={text} after={after} />}
      {text?.includes("/archives/") && <Quotes text={text} />}
      {files !== undefined && files.length > 0 && <Files files={files} />}
      {attachments !== undefined && attachments.length > 0 && <Attachments attachments={attachments} />}
    </div>
  );
});

function Text({ text, after }: { readonly text: string; readonly after?: ReactNode }) {
  const nodes = useMemo(() => treeOf(text ?? ""), [text]);
  if (nodes.length === 0) return after;
  return <FoldedText nodes={nodes} after={after} />;
}
