import { CircleAlert, Info, X } from "lucide-react";
import { strings } from "../../i18n";
import type { SlashName } from "../../state/slash";
import { maxFiles } from "../../state/uploads";
import { useValue } from "../hooks/use_value";
import { Button, cx, IconButton, useHeir } from "../ui";
import styles from "./composer.module.css";
import type { ComposerModel, Notice } from "./composer_model";

const t = strings.composer;

interface NoticeLineProps {
  readonly model: ComposerModel;
  /** What has the focus when it had it and goes. */
  readonly heir: HTMLElement | undefined;
}

/** What came of a command, or why a message wasn't sent. */
export function NoticeLine({ model, heir }: NoticeLineProps) {
  const ref = useHeir(() => heir);
  const notice = useValue(model.notice);
  const waiting = useValue(model.waiting);
  const unkept = useValue(model.uploads.unkept);
  if (waiting) {
    return (
      <div ref={ref} className={styles.notice} role="status">
        <Info size={16} aria-hidden />
        <span className={styles.words}>{t.waitingForUploads}</span>
        <Button size="sm" tone="quiet" onClick={() => model.stopWaiting()}>
          {t.stopWaiting}
        </Button>
      </div>
    );
  }
  const said = notice ? wordsOf(notice) : unkept ? { text: t.filesNotKept, bad: false } : undefined;
  if (!said) return null;
  return (
    <div ref={ref} className={cx(styles.notice, said.bad && styles.bad)} role={said.bad ? "alert" : "status"}>
      {said.bad ? <CircleAlert size={16} aria-hidden /> : <Info size={16} aria-hidden />}
      <span className={styles.words}>{said.text}</span>
      {notice && (
        <IconButton
          label={strings.common.dismiss}
          icon={X}
          size="sm"
          tip="none"
          onClick={() => {
            model.notice.value = undefined;
          }}
        />
      )}
    </div>
  );
}

interface Said {
  readonly text: string;
  readonly bad: boolean;
}

function wordsOf(notice: Notice): Said | undefined {
  const bad = (text: string): Said => ({ text, bad: true });
  switch (notice.type) {
    case "unknownCommand":
      return bad(t.unknownCommand(notice.name));
    case "uploadsFailed":
      return bad(t.someFailed);
    case "tooManyFiles":
      return bad(t.tooManyFiles(maxFiles));
    case "tooLong":
      return bad(t.tooLong);
    case "filesFirst":
      return bad(t.laterFilesFirst);
    case "api":
      return bad(t.apiError(notice.code));
    case "slash":
      return wordsOfSlash(notice);
  }
}

function wordsOfSlash({ result, command }: Notice & { readonly type: "slash" }): Said | undefined {
  if (result.type === "done") return result.note && { text: t.slashNote[result.note], bad: false };
  if (result.type !== "error") return undefined;
  if (result.error === "usage") return { text: t.slashUsage(t.slash[command as SlashName].usage), bad: true };
  if (result.error === "api") return { text: t.apiError(result.detail ?? ""), bad: true };
  return { text: t.slashError[result.error], bad: true };
}
