import { useMemo } from "react";
import { admin } from "../../i18n/admin";
import { type Act, acts, choicesFor, defaultRoles, type RoleName, roleFor } from "../../state/admin";
import { administrationOf } from "../../state/views";
import { useApp, useWorkspace } from "../hooks/app";
import { useValue } from "../hooks/use_value";
import { useTry } from "../listing/use_try";
import { Chip, cx, RowText, Select } from "../ui";
import styles from "./admin.module.css";
import { SectionHead } from "./section_head";

const s = admin.permissions;

/** Which role each thing takes at least. */
export function PermissionsSection() {
  return (
    <>
      <SectionHead section="permissions" />
      <div className={styles.scroll}>
        <ul className={styles.permissions}>
          {acts.map((act) => (
            <li key={act}>
              <Permission act={act} />
            </li>
          ))}
        </ul>
      </div>
    </>
  );
}

function Permission({ act }: { readonly act: Act }) {
  const app = useApp();
  const workspace = useWorkspace();
  const attempt = useTry();
  const administration = useMemo(() => administrationOf(workspace), [workspace]);
  const settings = useValue(administration.settings);
  const self = useValue(workspace.self);
  const now = roleFor(settings, act);
  const usual = defaultRoles[act];
  const choices = choicesFor(act, self.role ?? "member");
  const label = (role: RoleName) => s.roles[role] ?? role;
  const set = (role: string) =>
    attempt(async () => {
      const wanted = role as RoleName;
      await administration.change({ allow: { [act]: wanted === usual ? "" : wanted } });
      app.toasts.show({ text: admin.settings.saved, tone: "success" });
    });
  return (
    <div className={cx(styles.row, styles.lined)}>
      <RowText name={s.acts[act]} mark={now !== usual && <Chip tone="accent">{s.changed}</Chip>}>
        {s.default(label(usual))}
      </RowText>
      <Select
        className={styles.role}
        aria-label={s.least(s.acts[act])}
        value={now}
        disabled={!choices.includes(now)}
        options={(choices.includes(now) ? choices : [now]).map((value) => ({ value, label: label(value) }))}
        onChange={(role) => void set(role)}
      />
    </div>
  );
}
