// The files of a message: pictures in rows, everything else one below the other.

import { memo, useMemo } from "react";
import { strings } from "../../i18n";
import type { File } from "../../wire/objects";
import { openModal } from "../app/modals";
import { Picture } from "../blocks/picture";
import { useApp } from "../hooks/app";
import { FileCard } from "./file_card";
import { fileKind, fileName, imageBox, isViewable, thumbOf } from "./file_kind";
import styles from "./files.module.css";
import { AudioFile, VideoFile } from "./media_file";
import { readFiles } from "./read_files";
import { Snippet } from "./snippet";

export interface FilesProps {
  readonly files: readonly File[];
}

export const Files = memo(function Files({ files: given }: FilesProps) {
  const app = useApp();
  const files = useMemo(() => readFiles(given), [given]);
  const images = files.filter((f) => fileKind(f) === "image");
  const others = files.filter((f) => fileKind(f) !== "image");
  const view = (file: File) => openModal(app, "viewer", { files: files.filter(isViewable), first: file.id });
  return (
    <div className={styles.files}>
      {images.length > 0 && (
        <div className={styles.row}>
          {images.map((file) => (
            <ImageFile key={file.id} file={file} others={images.length > 1} onOpen={() => view(file)} />
          ))}
        </div>
      )}
      {others.map((file) => (
        <OtherFile key={file.id} file={file} onOpen={() => view(file)} />
      ))}
    </div>
  );
});

function ImageFile({
  file,
  others,
  onOpen,
}: {
  readonly file: File;
  readonly others: boolean;
  readonly onOpen: () => void;
}) {
  const box = imageBox(file, others);
  const name = fileName(file);
  return (
    <button
      type="button"
      className={styles.image}
      onClick={onOpen}
      aria-label={strings.files.image(file.alt_txt || name)}
    >
      <Picture url={thumbOf(file, box) ?? ""} alt={file.alt_txt || name} box={box} />
    </button>
  );
}

function OtherFile({ file, onOpen }: { readonly file: File; readonly onOpen: () => void }) {
  switch (fileKind(file)) {
    case "video":
      return <VideoFile file={file} onOpen={onOpen} />;
    case "audio":
      return <AudioFile file={file} />;
    case "snippet":
      return <Snippet file={file} />;
    case "pdf":
      return <FileCard file={file} onOpen={onOpen} />;
    case "gone":
      return <p className={styles.gone}>{strings.messages.deletedFile}</p>;
    case "hidden":
      return <p className={styles.gone}>{strings.messages.hiddenFile}</p>;
    case "image":
    case "other":
      return <FileCard file={file} />;
  }
}
