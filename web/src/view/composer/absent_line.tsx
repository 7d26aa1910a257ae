// After a message that names people who don't see it: who they are, and a way to
// bring them in. The writer alone is shown it.

import { UserRoundX } from "lucide-react";
import { strings } from "../../i18n";
import { rightsOf } from "../../state/channel_details";
import { nameOf } from "../../state/users";
import { useWorkspace } from "../hooks/app";
import { useComputed } from "../hooks/use_computed";
import { useValue } from "../hooks/use_value";
import { Button, useHeir } from "../ui";
import styles from "./composer.module.css";
import type { ComposerModel } from "./composer_model";

const t = strings.composer;

interface AbsentLineProps {
  readonly model: ComposerModel;
  /** What has the focus when it had it and goes. */
  readonly heir: HTMLElement | undefined;
}

export function AbsentLine({ model, heir }: AbsentLineProps) {
  const ref = useHeir(() => heir);
  const w = useWorkspace();
  const absent = useValue(model.absent);
  const names = useComputed(() => absent.map((id) => nameOf(w.users.get(id).value)).join("\n"), [w, absent]);
  const mayInvite = useComputed(() => {
    const channel = w.channels.get(model.channel).value;
    return channel !== undefined && rightsOf(channel, w.self.value).invite;
  }, [w, model]);
  if (absent.length === 0) return null;
  return (
    <div ref={ref} className={styles.notice} role="status">
      <UserRoundX size={16} aria-hidden />
      <span className={styles.words}>{t.absent(names.split("\n"))}</span>
      {mayInvite && (
        <Button size="sm" onClick={() => void model.addAbsent()}>
          {t.absentAdd(absent.length)}
        </Button>
      )}
      <Button size="sm" tone="quiet" onClick={() => model.dismissAbsent()}>
        {t.absentLeave}
      </Button>
    </div>
  );
}
