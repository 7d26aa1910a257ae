// Sound and moving pictures, played where they stand.

import { strings } from "../../i18n";
import type { File } from "../../wire/objects";
import { filePath, fitBox } from "../blocks/picture";
import { DownloadLink, describe, FileCard } from "./file_card";
import { fileName, thumbOf } from "./file_kind";
import styles from "./files.module.css";

const videoMax = { width: 400, height: 320 };

/** Nothing is loaded before it is played but what tells its length. */
export function VideoFile({ file, onOpen }: { readonly file: File; readonly onOpen: () => void }) {
  const src = filePath(file.url_private);
  const box = fitBox(file.original_w ?? 16_000, file.original_h ?? 9_000, videoMax);
  if (src === undefined) return <FileCard file={file} />;
  return (
    <figure className={styles.media}>
      {/* biome-ignore lint/a11y/useMediaCaption: whoever sent it had none */}
      <video
        src={src}
        poster={file.thumb_360 === undefined ? undefined : thumbOf(file, box)}
        width={box.width}
        height={box.height}
        style={{ aspectRatio: `${box.width} / ${box.height}`, width: box.width }}
        className={styles.video}
        controls
        preload="metadata"
        playsInline
        aria-label={fileName(file)}
      />
      <figcaption className={styles.caption}>
        <button type="button" className={styles.title} onClick={onOpen} dir="auto">
          {fileName(file) || strings.files.untitled}
        </button>
        <span className={styles.meta}>{describe(file)}</span>
        <DownloadLink file={file} />
      </figcaption>
    </figure>
  );
}

export function AudioFile({ file }: { readonly file: File }) {
  const src = filePath(file.url_private);
  if (src === undefined) return <FileCard file={file} />;
  return (
    <figure className={styles.audio}>
      <figcaption className={styles.caption}>
        <span className={styles.name} dir="auto">
          {fileName(file) || strings.files.untitled}
        </span>
        <span className={styles.meta}>{describe(file)}</span>
        <DownloadLink file={file} />
      </figcaption>
      {/* biome-ignore lint/a11y/useMediaCaption: whoever sent it had none */}
      <audio src={src} controls preload="metadata" className={styles.player} aria-label={fileName(file)} />
    </figure>
  );
}
