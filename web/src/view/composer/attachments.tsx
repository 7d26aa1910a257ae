import { FileAudio, File as FileIcon, FileText, FileVideo, RotateCw, X } from "lucide-react";
import { strings } from "../../i18n";
import type { Upload, UploadState, Uploads } from "../../state/uploads";
import { useValue } from "../hooks/use_value";
import { cx, IconButton, useHeir } from "../ui";
import styles from "./attachments.module.css";

const t = strings.composer;

interface Heir {
  /** What has the focus when a file that had it is taken out. */
  readonly heir: HTMLElement | undefined;
}

/** The files of the message to be. */
export function Attachments({ uploads, heir }: Heir & { readonly uploads: Uploads }) {
  const list = useValue(uploads.list);
  if (list.length === 0) return null;
  return (
    <ul className={styles.list} aria-label={t.attachments}>
      {list.map((upload) => (
        <Card key={upload.key} upload={upload} uploads={uploads} heir={heir} />
      ))}
    </ul>
  );
}

function Card({ upload, uploads, heir }: Heir & { readonly upload: Upload; readonly uploads: Uploads }) {
  const state = useValue(upload.state);
  const picture = upload.preview !== undefined && upload.blob.type.startsWith("image/");
  const failed = state.type === "failed";
  const ref = useHeir(() => heir);
  return (
    <li ref={ref} className={cx(styles.card, picture && styles.picture, failed && styles.failed)}>
      {picture ? (
        <img className={styles.image} src={upload.preview} alt={upload.name} />
      ) : (
        <Description upload={upload} state={state} />
      )}
      <Progress name={upload.name} state={state} over={picture} />
      {failed && (
        <IconButton
          label={t.uploadRetry(upload.name)}
          icon={RotateCw}
          size="sm"
          className={styles.retry}
          onClick={() => uploads.retry(upload.key)}
        />
      )}
      <IconButton
        label={t.uploadRemove(upload.name)}
        icon={X}
        size="sm"
        className={styles.remove}
        onClick={() => uploads.remove(upload.key)}
      />
    </li>
  );
}

function Description({ upload, state }: { readonly upload: Upload; readonly state: UploadState }) {
  const Icon = iconOf(upload.blob.type);
  return (
    <>
      <span className={styles.icon}>
        <Icon size={20} aria-hidden />
      </span>
      <span className={styles.words}>
        <span className={styles.name} title={upload.name}>
          {upload.name}
        </span>
        <span className={styles.state}>{wordsOf(upload, state)}</span>
      </span>
    </>
  );
}

function wordsOf(upload: Upload, state: UploadState): string {
  return state.type === "failed" ? t.uploadFailed(state.code) : t.size(upload.blob.size);
}

function iconOf(type: string): typeof FileIcon {
  if (type.startsWith("video/")) return FileVideo;
  if (type.startsWith("audio/")) return FileAudio;
  return type.startsWith("text/") || type === "application/pdf" ? FileText : FileIcon;
}

const radius = 11;
const around = 2 * Math.PI * radius;

/** A ring that fills; nothing once the file is there. */
function Progress({
  name,
  state,
  over,
}: {
  readonly name: string;
  readonly state: UploadState;
  readonly over: boolean;
}) {
  if (state.type === "done") return null;
  if (state.type === "failed") return over ? <span className={styles.reason}>{t.uploadFailed(state.code)}</span> : null;
  const progress = state.type === "running" ? state.progress : 0;
  const percent = Math.round(progress * 100);
  return (
    <svg
      className={cx(styles.ring, over && styles.over)}
      viewBox="0 0 28 28"
      role="progressbar"
      aria-valuenow={percent}
      aria-label={state.type === "waiting" ? `${name}: ${t.uploadWaiting}` : t.uploading(name, percent)}
    >
      <circle className={styles.track} cx="14" cy="14" r={radius} />
      <circle
        className={styles.arc}
        cx="14"
        cy="14"
        r={radius}
        strokeDasharray={around}
        strokeDashoffset={around * (1 - Math.max(progress, 0.03))}
      />
    </svg>
  );
}
