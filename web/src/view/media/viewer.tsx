// The viewer: one picture, film or document at a time over everything else,
// with the message's others a key away.

import { ChevronLeft, ChevronRight, Download, ExternalLink, X, ZoomIn, ZoomOut } from "lucide-react";
import { type PointerEvent, useCallback, useEffect, useRef, useState } from "react";
import { strings } from "../../i18n";
import { nameOf } from "../../state/users";
import { formatDate } from "../../text/date";
import type { File } from "../../wire/objects";
import { filePath } from "../blocks/picture";
import { fileKind, fileName } from "../files/file_kind";
import { useWorkspace } from "../hooks/app";
import { useComputed } from "../hooks/use_computed";
import { cx, IconButton, Modal } from "../ui";
import styles from "./viewer.module.css";

export interface ViewerProps {
  readonly files: readonly File[];
  /** The id of the one that is shown first. */
  readonly first: string;
  readonly close: () => void;
}

export function Viewer({ files, first, close }: ViewerProps) {
  const [at, setAt] = useState(() =>
    Math.max(
      0,
      files.findIndex((f) => f.id === first),
    ),
  );
  const [zoom, setZoom] = useState(1);
  const go = useCallback(
    (by: number) => {
      setAt((now) => (now + by + files.length) % files.length);
      setZoom(1);
    },
    [files.length],
  );
  useArrows(go, setZoom);
  const file = files[at];
  if (file === undefined) return null;
  const path = filePath(file.url_private);
  const isImage = fileKind(file) === "image";
  return (
    <Modal title={strings.files.viewer(fileName(file))} onClose={close} size="xl" bare className={styles.dialog}>
      <header className={styles.header}>
        <Caption file={file} />
        {files.length > 1 && <span className={styles.place}>{strings.files.place(at + 1, files.length)}</span>}
        {isImage && (
          <>
            <IconButton
              label={strings.files.zoomOut}
              icon={ZoomOut}
              keys="-"
              onClick={() => setZoom(zoomed(zoom, -1))}
              disabled={zoom <= 1}
              tip="bottom"
            />
            <IconButton
              label={strings.files.zoomIn}
              icon={ZoomIn}
              keys="+"
              onClick={() => setZoom(zoomed(zoom, 1))}
              disabled={zoom >= maxZoom}
              tip="bottom"
            />
          </>
        )}
        <a
          className={styles.action}
          href={path}
          target="_blank"
          rel="noopener noreferrer"
          aria-label={strings.files.openTab}
          title={strings.files.openTab}
        >
          <ExternalLink size={18} aria-hidden />
        </a>
        <a
          className={styles.action}
          href={filePath(file.url_private_download) ?? path}
          download={file.name ?? ""}
          aria-label={strings.files.download}
          title={strings.files.download}
        >
          <Download size={18} aria-hidden />
        </a>
        <IconButton label={strings.common.close} icon={X} onClick={close} tip="bottom" data-autofocus />
      </header>
      <div className={styles.stage}>
        <Shown key={file.id} file={file} zoom={zoom} setZoom={setZoom} />
        {files.length > 1 && (
          <>
            <IconButton
              className={cx(styles.turn, styles.previous)}
              size="lg"
              label={strings.files.previous}
              icon={ChevronLeft}
              onClick={() => go(-1)}
              tip="right"
            />
            <IconButton
              className={cx(styles.turn, styles.next)}
              size="lg"
              label={strings.files.next}
              icon={ChevronRight}
              onClick={() => go(1)}
              tip="left"
            />
          </>
        )}
      </div>
    </Modal>
  );
}

const maxZoom = 8;

function zoomed(zoom: number, by: 1 | -1): number {
  return Math.min(maxZoom, Math.max(1, by > 0 ? zoom * 2 : zoom / 2));
}

function useArrows(go: (by: number) => void, setZoom: (f: (now: number) => number) => void): void {
  useEffect(() => {
    const onKey = (e: KeyboardEvent) => {
      if (e.metaKey || e.ctrlKey || e.altKey) return;
      if (e.key === "ArrowLeft") go(-1);
      else if (e.key === "ArrowRight") go(1);
      else if (e.key === "+" || e.key === "=") setZoom((now) => zoomed(now, 1));
      else if (e.key === "-") setZoom((now) => zoomed(now, -1));
      else return;
      e.preventDefault();
    };
    document.addEventListener("keydown", onKey);
    return () => document.removeEventListener("keydown", onKey);
  }, [go, setZoom]);
}

/** Who shared it, and when. */
function Caption({ file }: { readonly file: File }) {
  const w = useWorkspace();
  const name = useComputed(() => (file.user === undefined ? "" : nameOf(w.users.get(file.user).value)), [w, file.user]);
  const when = file.created ? formatDate(file.created, "{date_short_pretty}, {time}", new Date()) : "";
  return (
    <div className={styles.caption}>
      <div className={styles.name} dir="auto">
        {fileName(file) || strings.files.untitled}
      </div>
      {name !== "" && <div className={styles.meta}>{strings.files.sharedBy(name, when)}</div>}
    </div>
  );
}

interface ShownProps {
  readonly file: File;
  readonly zoom: number;
  readonly setZoom: (zoom: number) => void;
}

function Shown({ file, zoom, setZoom }: ShownProps) {
  const src = filePath(file.url_private);
  switch (fileKind(file)) {
    case "image":
      return <ZoomedImage file={file} src={src} zoom={zoom} setZoom={setZoom} />;
    case "video":
      // biome-ignore lint/a11y/useMediaCaption: whoever sent it had none
      return <video src={src} className={styles.fitted} controls autoPlay playsInline aria-label={fileName(file)} />;
    case "pdf":
      return <Document file={file} src={src} />;
    default:
      return <p className={styles.none}>{strings.files.noPreview}</p>;
  }
}

/** A click looks closer, a drag moves what does not fit. */
function ZoomedImage({ file, src, zoom, setZoom }: ShownProps & { readonly src: string | undefined }) {
  const frame = useRef<HTMLDivElement>(null);
  const dragged = useRef(false);
  const onPointerMove = (e: PointerEvent) => {
    if (e.buttons !== 1 || e.pointerType === "touch" || frame.current === null) return;
    dragged.current ||= Math.abs(e.movementX) + Math.abs(e.movementY) > 2;
    frame.current.scrollBy(-e.movementX, -e.movementY);
  };
  return (
    <div
      ref={frame}
      className={cx(styles.frame, zoom > 1 && styles.zoomed)}
      onPointerDown={() => {
        dragged.current = false;
      }}
      onPointerMove={onPointerMove}
    >
      <button
        type="button"
        className={styles.sheet}
        style={{ width: `${zoom * 100}%`, height: `${zoom * 100}%` }}
        onClick={() => !dragged.current && setZoom(zoom > 1 ? 1 : 2)}
        aria-label={zoom > 1 ? strings.files.fit : strings.files.zoomIn}
      >
        <img
          src={src}
          alt={file.alt_txt || fileName(file)}
          width={file.original_w}
          height={file.original_h}
          className={styles.fitted}
          draggable={false}
        />
      </button>
    </div>
  );
}

/** A document is fetched and handed to the browser's own viewer, in a frame that can run nothing of this page. */
function Document({ file, src }: { readonly file: File; readonly src: string | undefined }) {
  const [url, setUrl] = useState<string>();
  const [failed, setFailed] = useState(false);
  useEffect(() => {
    if (src === undefined) return setFailed(true);
    const stop = new AbortController();
    let made: string | undefined;
    fetch(src, { credentials: "same-origin", signal: stop.signal })
      .then(async (answer) => {
        if (!answer.ok) throw new Error(`status ${answer.status}`);
        made = URL.createObjectURL(new Blob([await answer.arrayBuffer()], { type: "application/pdf" }));
        setUrl(made);
      })
      .catch(() => !stop.signal.aborted && setFailed(true));
    return () => {
      stop.abort();
      if (made !== undefined) URL.revokeObjectURL(made);
    };
  }, [src]);
  if (failed) return <p className={styles.none}>{strings.files.failed}</p>;
  return url === undefined ? null : (
    <iframe src={`${url}#navpanes=0`} title={fileName(file)} className={styles.document} />
  );
}
