import { Download, FileText } from "lucide-react";
import { finding as s } from "../../i18n/finding";
import { withoutMarks } from "../../state/search_marks";
import { bytesOf, dateOfSeconds } from "../../state/when";
import type { File } from "../../wire/objects";
import { RichText } from "../blocks/rich_text";
import { markedTree } from "../excerpt/marked_tree";
import { PersonLink } from "../listing/person";
import { PlaceLink } from "../listing/place";
import { useWhen } from "../listing/use_when";
import { Tooltip } from "../ui";
import styles from "./file_found.module.css";

/** Where a file is shared, as search and lists of files tell it. */
type Listed = File & {
  readonly channels?: readonly string[];
  readonly groups?: readonly string[];
  readonly ims?: readonly string[];
};

/** A file in a list: what it is, whose, and where it is shared. */
export function FileFound({ file, onOpen }: { readonly file: Listed; readonly onOpen?: () => void }) {
  const when = useWhen();
  const places = [...(file.channels ?? []), ...(file.groups ?? []), ...(file.ims ?? [])];
  const title = file.title || file.name || file.id;
  const picture = file.thumb_160 ?? file.thumb_80;
  return (
    <div className={styles.file}>
      <a
        className={styles.cover}
        data-row
        href={file.url_private}
        target="_blank"
        rel="noopener noreferrer"
        aria-label={withoutMarks(title)}
        onClick={(e) => {
          if (onOpen === undefined || e.metaKey || e.ctrlKey || e.shiftKey) return;
          e.preventDefault();
          onOpen();
        }}
      />
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
        <p className={styles.note}>
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
            href={file.url_private_download}
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
