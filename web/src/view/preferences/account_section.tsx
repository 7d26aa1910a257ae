import { useCallback, useEffect, useState } from "react";
import { preferences } from "../../i18n/en/preferences";
import { askSignOut } from "../app/sign_out";
import { useApp, useWorkspace } from "../hooks/app";
import { PasswordInput } from "../signin/password_input";
import { Button, Chip, Field, SkeletonRows } from "../ui";
import { AccountForm } from "./account_form";
import { FactorGroup } from "./factor_group";
import styles from "./preferences.module.css";
import { useAttempt } from "./use_pref";

const t = preferences.account;

export interface AccountInfo {
  readonly real_name: string;
  readonly email: string;
  readonly team: string;
  readonly two_factor: boolean;
  readonly two_factor_setup_required: boolean;
  readonly recovery_codes_left: number;
}

/** One's account in this workspace: password, second factor, sessions. */
export function AccountSection() {
  const app = useApp();
  const w = useWorkspace();
  const attempt = useAttempt();
  const [info, setInfo] = useState<AccountInfo>();
  const load = useCallback(() => attempt(w.api.call<AccountInfo>("account.get").then(setInfo)), [w]);
  useEffect(load, [load]);
  if (!info) return <SkeletonRows rows={4} />;
  return (
    <>
      <div className={styles.group}>
        <p className={styles.text}>{t.who(info.real_name, info.email, info.team)}</p>
        <div className={styles.actions}>
          <Button onClick={() => askSignOut(app, w)}>{t.signOut}</Button>
        </div>
      </div>
      <PasswordGroup />
      <FactorGroup info={info} onChange={load} />
      <SessionsGroup />
    </>
  );
}

function PasswordGroup() {
  const w = useWorkspace();
  const [changed, setChanged] = useState(0);
  return (
    <div className={styles.group}>
      <h3 className={styles.heading}>{t.password}</h3>
      <AccountForm
        key={changed}
        action={t.change}
        onSubmit={async (fields) => {
          await w.api.call("account.changePassword", {
            password: fields.get("password"),
            new_password: fields.get("new_password"),
          });
          setChanged((n) => n + 1);
        }}
      >
        <Field label={t.present}>
          {(control) => <PasswordInput {...control} name="password" autoComplete="current-password" />}
        </Field>
        <Field label={t.new} hint={t.newHint}>
          {(control) => (
            <PasswordInput {...control} name="new_password" autoComplete="new-password" minLength={8} maxLength={200} />
          )}
        </Field>
      </AccountForm>
      {changed > 0 && (
        <p className={styles.done} role="status">
          {t.changed}
        </p>
      )}
    </div>
  );
}

interface OpenSession {
  readonly id: string;
  readonly device: string;
  readonly address: string;
  readonly date_used: number;
  readonly current: boolean;
}

function SessionsGroup() {
  const app = useApp();
  const w = useWorkspace();
  const attempt = useAttempt();
  const [sessions, setSessions] = useState<readonly OpenSession[]>();
  const load = useCallback(
    () => w.api.call<{ sessions: OpenSession[] }>("account.sessions.list").then((a) => setSessions(a.sessions)),
    [w],
  );
  useEffect(() => void load().catch(() => setSessions([])), [load]);
  const endOthers = async () => {
    const { revoked } = await w.api.call<{ revoked: number }>("account.sessions.revokeOthers");
    app.toasts.show({ text: t.ended(revoked) });
    await load();
  };
  return (
    <div className={styles.group}>
      <h3 className={styles.heading}>{t.sessions}</h3>
      <ul>
        {sessions?.map((s) => (
          <li key={s.id} className={styles.row}>
            <span>
              {s.device} {s.current && <Chip tone="accent">{t.thisOne}</Chip>}
              <span className={styles.small}>{t.lastUsed(s.address, s.date_used)}</span>
            </span>
            {!s.current && (
              <Button
                size="sm"
                aria-label={t.endOf(s.device)}
                onClick={() => attempt(w.api.call("account.sessions.revoke", { session: s.id }).then(load))}
              >
                {t.end}
              </Button>
            )}
          </li>
        ))}
      </ul>
      {sessions && sessions.length > 1 && (
        <div className={styles.actions}>
          <Button onClick={() => attempt(endOthers())}>{t.endOthers}</Button>
        </div>
      )}
    </div>
  );
}
