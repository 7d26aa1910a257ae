// A text as a tree: paragraphs, lists in lists, quotes and code.

import { memo, type ReactNode } from "react";
import type { ListNode, TextNode } from "../../text/nodes";
import { emojiOnly } from "../../text/plain";
import { cx } from "../ui";
import { CodeBlock } from "./code_block";
import { Inlines } from "./inline";
import styles from "./text.module.css";

/** So many emoji and nothing else are drawn large. */
const maxLarge = 23;

export interface RichTextProps {
  readonly nodes: readonly TextNode[];
  readonly className?: string;
  /** What stands behind the last word. */
  readonly after?: ReactNode;
}

export const RichText = memo(function RichText({ nodes, className, after }: RichTextProps) {
  const last = nodes.at(-1)?.type;
  const emoji = emojiOnly(nodes);
  const large = emoji > 0 && emoji <= maxLarge;
  return (
    <div className={cx(styles.text, large && styles.large, className)}>
      <Nodes nodes={nodes} large={large} after={last === "section" ? after : undefined} />
      {last !== "section" && after}
    </div>
  );
});

interface NodesProps {
  readonly nodes: readonly TextNode[];
  readonly large?: boolean;
  readonly after?: ReactNode;
}

function Nodes({ nodes, large, after }: NodesProps) {
  return nodes.map((node, i) => (
    <Node key={i} node={node} large={large} after={i === nodes.length - 1 ? after : undefined} />
  ));
}

function Node({ node, large, after }: Omit<NodesProps, "nodes"> & { readonly node: TextNode }) {
  switch (node.type) {
    case "section":
      return (
        <p dir="auto" className={styles.section}>
          <Inlines inlines={node.children} large={large} />
          {after}
        </p>
      );
    case "quote":
      return (
        <blockquote className={styles.quote}>
          <Nodes nodes={node.children} />
        </blockquote>
      );
    case "preformatted":
      return <CodeBlock text={node.text} inlines={node.children} language={node.language} />;
    case "list":
      return <List list={node} />;
  }
}

const bullets = [styles.disc, styles.circle, styles.square];
const numbers = [styles.decimal, styles.alpha, styles.roman];

function List({ list }: { readonly list: ListNode }) {
  const kind = (list.ordered ? numbers : bullets)[list.indent % 3];
  const items = list.items.map((item, i) => (
    <li key={i} dir="auto">
      <Inlines inlines={item.children} />
      {item.lists.map((inner, j) => (
        <List key={j} list={inner} />
      ))}
    </li>
  ));
  if (!list.ordered) return <ul className={cx(styles.list, kind)}>{items}</ul>;
  return (
    <ol className={cx(styles.list, kind)} start={list.offset + 1}>
      {items}
    </ol>
  );
}
