// Code: shown at once as it is, and coloured when the highlighter has come,
// which changes nothing but colours.

import "@fontsource-variable/jetbrains-mono/wght.css";
import { Check, Copy } from "lucide-react";
import { useEffect, useState } from "react";
import { strings } from "../../i18n";
import type { Inline } from "../../text/nodes";
import { cx, IconButton } from "../ui";
import styles from "./code.module.css";
import type { Token } from "./highlight";
import { Inlines } from "./inline";

export interface CodeBlockProps {
  readonly text: string;
  /** What it is made of: links and mentions in it are kept. */
  readonly inlines?: readonly Inline[];
  readonly language?: string;
  readonly className?: string;
  readonly numbered?: boolean;
}

/** Code beyond this many characters stays in one colour. */
const maxHighlight = 50_000;

export function CodeBlock({ text, inlines, language = "", className, numbered }: CodeBlockProps) {
  const plain = inlines === undefined || inlines.every((inline) => inline.type === "text");
  const tokens = useTokens(plain ? text : "", language);
  return (
    <div className={cx(styles.frame, className)}>
      <pre className={styles.code} dir="ltr" tabIndex={numbered ? 0 : undefined}>
        {numbered && <LineNumbers text={text} />}
        <code>
          {tokens === undefined ? plain ? text : <Inlines inlines={inlines ?? []} /> : <Tokens tokens={tokens} />}
        </code>
      </pre>
      <CopyButton text={text} />
    </div>
  );
}

function LineNumbers({ text }: { readonly text: string }) {
  const lines = text.split("\n").length;
  return (
    <span className={styles.numbers} aria-hidden>
      {Array.from({ length: lines }, (_, i) => i + 1).join("\n")}
    </span>
  );
}

function Tokens({ tokens }: { readonly tokens: readonly Token[] }) {
  return tokens.map((token, i) =>
    token.kind === "" ? (
      token.text
    ) : (
      <span key={i} className={styles[token.kind]}>
        {token.text}
      </span>
    ),
  );
}

function useTokens(text: string, language: string): readonly Token[] | undefined {
  const [found, setFound] = useState<{ of: string; tokens: readonly Token[] }>();
  useEffect(() => {
    if (text.length > maxHighlight || (language === "" && !text.includes("\n"))) return;
    let gone = false;
    void import("./highlight")
      .then(({ highlight }) => highlight(text, language))
      .then((tokens) => {
        if (!gone && tokens !== undefined) setFound({ of: text, tokens });
      })
      .catch(() => {}); // without colours it reads as well
    return () => {
      gone = true;
    };
  }, [text, language]);
  return found?.of === text ? found.tokens : undefined;
}

const copiedMs = 1_500;

function CopyButton({ text }: { readonly text: string }) {
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    if (!copied) return;
    const timer = setTimeout(() => setCopied(false), copiedMs);
    return () => clearTimeout(timer);
  }, [copied]);
  const copy = () => {
    navigator.clipboard?.writeText(text).then(
      () => setCopied(true),
      () => setCopied(false),
    );
  };
  return (
    <span className={styles.copy}>
      <IconButton
        size="sm"
        label={copied ? strings.blocks.copied : strings.blocks.copyCode}
        icon={copied ? Check : Copy}
        onClick={copy}
        tip="left"
      />
    </span>
  );
}
