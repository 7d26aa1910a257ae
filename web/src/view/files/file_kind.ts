// What a file is, as far as showing it goes.

import type { File } from "../../wire/objects";
import { type Box, filePath, fitBox } from "../blocks/picture";

export type FileKind = "image" | "video" | "audio" | "pdf" | "snippet" | "other" | "gone" | "hidden";

const shownImages = new Set(["image/png", "image/jpeg", "image/gif", "image/webp", "image/avif", "image/bmp"]);

export function fileKind(f: File): FileKind {
  if (f.mode === "tombstone") return "gone";
  if (f.mode === "hidden_by_limit" || f.file_access === "check_file_info" || f.file_access === "access_denied")
    return "hidden";
  const type = f.mimetype ?? "";
  if (shownImages.has(type) && f.original_w && f.original_h) return "image";
  if (type.startsWith("video/")) return "video";
  if (type.startsWith("audio/")) return "audio";
  if (type === "application/pdf") return "pdf";
  return f.preview === undefined || f.preview === "" ? "other" : "snippet";
}

/** Those that the viewer pages through. */
export function isViewable(f: File): boolean {
  const kind = fileKind(f);
  return kind === "image" || kind === "video" || kind === "pdf";
}

export function fileName(f: File): string {
  return f.title || f.name || "";
}

const thumbs = [360, 480, 720, 960, 1024] as const;

/** The address of a picture that is wide enough for a box, at the screen's density. */
export function thumbOf(f: File, box: Box): string | undefined {
  const density = window.devicePixelRatio || 1;
  for (const size of thumbs) {
    const url = f[`thumb_${size}`];
    const width =
      size === 360 ? f.thumb_360_w : size === 480 ? f.thumb_480_w : size === 720 ? f.thumb_720_w : undefined;
    if (url && (width ?? size) >= Math.min(box.width * density, f.original_w ?? Number.POSITIVE_INFINITY))
      return filePath(url);
  }
  // An animation moves only as itself.
  const largest =
    f.mimetype === "image/gif"
      ? undefined
      : [...thumbs]
          .reverse()
          .map((size) => f[`thumb_${size}`])
          .find(Boolean);
  return filePath(largest ?? f.url_private);
}

const alone = { width: 400, height: 320 };
const rowHeight = 180;

/** How large a picture is shown: alone, or in a row with others. */
export function imageBox(f: File, others: boolean): Box {
  const width = f.original_w ?? 0;
  const height = f.original_h ?? 0;
  if (!others) return fitBox(width, height, alone);
  const ratio = Math.min(2, Math.max(0.6, width / Math.max(1, height)));
  return { width: Math.round(rowHeight * ratio), height: rowHeight };
}
