// A file that is not shown itself: what it is, its name and its size.

import {
  Archive,
  Download,
  FileCode,
  File as FileIcon,
  FileSpreadsheet,
  FileText,
  Image,
  type LucideIcon,
  Music,
  Presentation,
  Video,
} from "lucide-react";
import { strings } from "../../i18n";
import type { File } from "../../wire/objects";
import { filePath } from "../blocks/picture";
import { cx } from "../ui";
import { fileName } from "./file_kind";
import styles from "./files.module.css";

export interface FileCardProps {
  readonly file: File;
  /** Shows it; without one, a click downloads it. */
  readonly onOpen?: () => void;
}

export function FileCard({ file, onOpen }: FileCardProps) {
  const Icon = iconOf(file);
  const name = fileName(file) || strings.files.untitled;
  const href = filePath(file.url_private_download ?? file.url_private);
  const inside = (
    <>
      <span className={cx(styles.icon, styles[toneOf(file)])}>
        <Icon size={20} aria-hidden />
      </span>
      <span className={styles.names}>
        <span className={styles.name} dir="auto">
          {name}
        </span>
        <span className={styles.meta}>{describe(file)}</span>
      </span>
    </>
  );
  return (
    <div className={styles.card}>
      {onOpen ? (
        <button type="button" className={styles.open} onClick={onOpen}>
          {inside}
        </button>
      ) : (
        <a className={styles.open} href={href} download={file.name ?? ""}>
          {inside}
        </a>
      )}
      <DownloadLink file={file} />
    </div>
  );
}

export function DownloadLink({ file, className }: { readonly file: File; readonly className?: string }) {
  const href = filePath(file.url_private_download ?? file.url_private);
  if (href === undefined) return null;
  return (
    <a
      className={cx(styles.download, className)}
      href={href}
      download={file.name ?? ""}
      aria-label={`${strings.files.download} ${fileName(file)}`}
      title={strings.files.download}
    >
      <Download size={18} aria-hidden />
    </a>
  );
}

/** "PDF · 2.4 MB" */
export function describe(file: File): string {
  return [file.pretty_type || file.filetype?.toUpperCase(), file.size ? strings.files.size(file.size) : undefined]
    .filter(Boolean)
    .join(" · ");
}

function iconOf(f: File): LucideIcon {
  const type = f.mimetype ?? "";
  if (type.startsWith("image/")) return Image;
  if (type.startsWith("audio/")) return Music;
  if (type.startsWith("video/")) return Video;
  if (/zip|tar|compress|7z|rar/.test(type)) return Archive;
  if (/spreadsheet|excel|csv/.test(type)) return FileSpreadsheet;
  if (/presentation|powerpoint|keynote/.test(type)) return Presentation;
  if (/json|javascript|xml|x-|html/.test(type)) return FileCode;
  return /pdf|text|document|word/.test(type) ? FileText : FileIcon;
}

/** The icon's colour: few kinds, told apart at a glance. */
function toneOf(f: File): "red" | "green" | "blue" | "plain" {
  const type = f.mimetype ?? "";
  if (type === "application/pdf") return "red";
  if (/spreadsheet|excel|csv/.test(type)) return "green";
  return /document|word|text/.test(type) ? "blue" : "plain";
}
