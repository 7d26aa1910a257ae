import { ScrollText } from "lucide-react";
import { useEffect, useMemo, useState } from "react";
import { admin } from "../../i18n/admin";
import { type AuditEntry, AuditLog } from "../../state/admin_log";
import { dateOfSeconds } from "../../state/when";
import type { User } from "../../wire/objects";
import { useWorkspace } from "../hooks/app";
import { useValue } from "../hooks/use_value";
import { PagedList } from "../listing/paged_list";
import { PersonLink } from "../listing/person";
import { PlaceLink } from "../listing/place";
import { useWhen } from "../listing/use_when";
import { PeoplePicker } from "../pickers/people_picker";
import { cx, EmptyState, RowText, smallLine, TextInput } from "../ui";
import styles from "./admin.module.css";
import { SectionHead } from "./section_head";

const s = admin.audit;
const restBeforeAsking = 300;

/** What administrators and the operator did, the latest first. */
export function AuditSection() {
  const workspace = useWorkspace();
  const log = useMemo(() => new AuditLog(workspace.api), [workspace]);
  const [actor, setActor] = useState<readonly User[]>([]);
  const action = useValue(log.action);
  const [text, setText] = useState("");
  useEffect(() => () => log.close(), [log]);
  const id = actor[0]?.id ?? "";
  useEffect(() => {
    const timer = setTimeout(() => log.filter(id, text.trim()), text === log.action.peek() ? 0 : restBeforeAsking);
    return () => clearTimeout(timer);
  }, [log, id, text]);
  return (
    <>
      <SectionHead section="audit" />
      <div className={styles.tools}>
        <div className={styles.text}>
          <PeoplePicker chosen={actor} onChange={setActor} most={1} placeholder={s.anybody} />
        </div>
        <TextInput
          type="search"
          aria-label={s.action}
          placeholder={s.anyAction}
          list="audit-actions"
          value={text}
          onChange={(e) => setText(e.currentTarget.value)}
        />
        <Actions log={log} />
      </div>
      <div className={styles.scroll} key={action}>
        <PagedList list={log.entries} empty={<EmptyState icon={ScrollText} title={s.none} />}>
          {(entries) => (
            <ul>
              {entries.map((entry) => (
                <li key={entry.id}>
                  <EntryRow entry={entry} />
                </li>
              ))}
            </ul>
          )}
        </PagedList>
      </div>
    </>
  );
}

/** The actions that are in sight are offered while one writes. */
function Actions({ log }: { readonly log: AuditLog }) {
  const entries = useValue(log.entries.items);
  const names = [...new Set(entries.map((entry) => entry.action))].sort();
  return (
    <datalist id="audit-actions">
      {names.map((name) => (
        <option key={name} value={name} />
      ))}
    </datalist>
  );
}

function EntryRow({ entry }: { readonly entry: AuditEntry }) {
  const when = useWhen();
  const at = dateOfSeconds(entry.date_create);
  const details = Object.entries(entry.detail);
  return (
    <div className={cx(styles.row, styles.lined)}>
      <RowText
        name={entry.actor === "" ? s.operator : <PersonLink id={entry.actor} />}
        mark={<code className={smallLine}>{entry.action}</code>}
      >
        <Target id={entry.target} />
        {details.length > 0 && ` · ${details.map(([name, value]) => `${name}: ${value}`).join(", ")}`}
        {entry.address !== "" && ` · ${s.from(entry.address)}`}
      </RowText>
      <time className={styles.when} dateTime={at.toISOString()}>
        {when.moment(at)}
      </time>
    </div>
  );
}

function Target({ id }: { readonly id: string }) {
  const workspace = useWorkspace();
  const team = useValue(workspace.team);
  if (id === team.id) return team.name;
  if (/^[UW][A-Z0-9]{8,}$/.test(id)) return <PersonLink id={id} />;
  if (/^[CG][A-Z0-9]{8,}$/.test(id)) return <PlaceLink id={id} />;
  return id;
}
