import { Download, FileText } from "lucide-react";
import { finding as s } from "../../i18n/finding";
import { withoutMarks } from "../../state/search_marks";
import { bytesOf, dateOfSeconds } from "../../state/when";
import type { File } from "../../wire/objects";
import { openModal } from "../app/modals";
import { filePath } from "../blocks/picture";
import { RichText } from "../blocks/rich_text";
import { markedTree } from "../excerpt/marked_tree";
import { useApp } from "../hooks/app";
import { PersonLink } from "../listing/person";
import { PlaceLink } from "../listing/place";
import { useWhen } from "../listing/use_when";
import { smallLine, Tooltip, VisuallyHidden } from "../ui";
import styles from "./file_found.module.css";

/** Where a file is shared, as search and lists of files tell it. */
type Listed = File & {
  readonly channels?: readonly string[];
  readonly groups?: readonly string[];
  readonly ims?: readonly string[];
};

/** The viewer shows titles as they are. */
function unmarked(file: File): File {
  return file.title === undefined ? file : { ...file, title: withoutMarks(file.title) };
}

/** A file in a list: what it is, whose, and where it is shared. */
export function FileFound({ file, all }: { readonly file: Listed; readonly all: readonly File[] }) {
  const app = useApp();
  const when = useWhen();
  const places = [...(file.channels ?? []), ...(file.groups ?? []), ...(file.ims ?? [])];
  const title = file.title || file.name || file.id;
  const picture = filePath(file.thumb_160 ?? file.thumb_80);
  return (
    <div className={styles.file}>
      <a
        className={styles.cover}
        data-row
        href={filePath(file.url_private)}
        target="_blank"
        rel="noopener noreferrer"
        onClick={(e) => {
          if (e.metaKey || e.ctrlKey || e.shiftKey) return;
          e.preventDefault();
          openModal(app, "viewer", { files: all.map(unmarked), first: file.id });
        }}
      >
        <VisuallyHidden>{withoutMarks(title)}</VisuallyHidden>
      </a>
      <span className={styles.picture}>
        {picture === undefined ? (
          <FileText size={20} aria-hidden />
        ) : (
          <img src={picture} alt="" width={40} height={40} loading="lazy" />
        )}
      </span>
      <div className={styles.text}>
        <div className={styles.title}>
          <RichText nodes={markedTree(title)} />
        </div>
        <p className={smallLine}>
          {file.pretty_type}
          {file.size !== undefined && ` · ${bytesOf(file.size)}`}
          {file.user !== undefined && (
            <>
              {" · "}
              <span className={styles.over}>
                <PersonLink id={file.user} />
              </span>
            </>
          )}
          {file.created !== undefined && ` · ${when.date(dateOfSeconds(file.created))}`}
          {places[0] !== undefined && (
            <span className={styles.over}>
              {" · "}
              <PlaceLink id={places[0]} />
              {places.length > 1 && ` +${places.length - 1}`}
            </span>
          )}
        </p>
      </div>
      {file.url_private_download !== undefined && (
        <Tooltip text={s.download}>
          <a
            className={styles.download}
            href={filePath(file.url_private_download)}
            download
            aria-label={`${s.download}: ${withoutMarks(title)}`}
          >
            <Download size={18} aria-hidden />
          </a>
        </Tooltip>
      )}
    </div>
  );
}
