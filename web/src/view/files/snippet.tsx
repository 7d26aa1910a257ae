// A text file: its first lines, all of it on demand.

import { useState } from "react";
import { strings } from "../../i18n";
import type { File } from "../../wire/objects";
import { CodeBlock } from "../blocks/code_block";
import { filePath } from "../blocks/picture";
import { Button } from "../ui";
import { DownloadLink, describe } from "./file_card";
import { fileName } from "./file_kind";
import styles from "./files.module.css";

const previewLines = 12;
/** No more of a file is shown here; the whole of it can be downloaded. */
const maxShown = 200_000;

export function Snippet({ file }: { readonly file: File }) {
  const preview = file.preview ?? "";
  const lines = preview.split("\n");
  const more = lines.length > previewLines || file.preview_is_truncated === true;
  const { text, open, busy, failed, toggle } = useWhole(file);
  const shown = open && text !== undefined ? text : lines.slice(0, previewLines).join("\n");
  return (
    <figure className={styles.snippet}>
      <figcaption className={styles.caption}>
        <span className={styles.name} dir="auto">
          {fileName(file) || strings.files.untitled}
        </span>
        <span className={styles.meta}>{describe(file)}</span>
        <DownloadLink file={file} />
      </figcaption>
      <CodeBlock text={shown.replace(/\n$/, "")} language={languageOf(file)} numbered />
      {more && (
        <Button tone="quiet" size="sm" busy={busy} onClick={toggle} aria-expanded={open}>
          {failed
            ? strings.files.failed
            : open
              ? strings.files.showLess
              : `${strings.files.showAll} · ${strings.files.lines(file.lines ?? lines.length)}`}
        </Button>
      )}
    </figure>
  );
}

function useWhole(file: File) {
  const [text, setText] = useState<string>();
  const [state, setState] = useState<"closed" | "busy" | "open" | "failed">("closed");
  const toggle = async () => {
    if (state === "open") return setState("closed");
    if (text !== undefined) return setState("open");
    setState("busy");
    try {
      setText(await fetchText(filePath(file.url_private) ?? ""));
      setState("open");
    } catch {
      setState("failed");
    }
  };
  return {
    text,
    open: state === "open",
    busy: state === "busy",
    failed: state === "failed",
    toggle: () => void toggle(),
  };
}

async function fetchText(path: string): Promise<string> {
  const answer = await fetch(path, { credentials: "same-origin" });
  if (!answer.ok) throw new Error(`status ${answer.status}`);
  const text = await answer.text();
  return text.length > maxShown ? `${text.slice(0, maxShown)}\n…` : text;
}

/** Slack's file types, as the highlighter calls them. */
function languageOf(file: File): string {
  const type = file.filetype ?? "";
  if (type === "text" || type === "csv" || type === "log") return "plain";
  return type;
}
