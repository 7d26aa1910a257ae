import { useState } from "react";
import { strings } from "../../i18n";
import type { Accounts } from "../../state/account";
import { useApp } from "../hooks/app";
import { Button, Field } from "../ui";
import { AccountForm, Card } from "./card";
import styles from "./card.module.css";
import { PasswordInput } from "./password_input";

const t = strings.signin;

/** A new password, by a link that was sent. */
export function ResetPage({ accounts, code }: { readonly accounts: Accounts; readonly code: string }) {
  const app = useApp();
  const [domain, setDomain] = useState<string>();
  if (!code) return <Card title={t.linkFailed} lead={t.incomplete} />;
  if (domain !== undefined) {
    return (
      <Card title={t.setNew} lead={<span role="status">{t.isSet}</span>}>
        <div className={styles.form}>
          <Button tone="primary" size="lg" wide onClick={() => app.leave({ page: "signin", workspace: domain })}>
            {t.signIn}
          </Button>
        </div>
      </Card>
    );
  }
  return (
    <Card title={t.setNew}>
      <AccountForm
        action={t.setIt}
        onSubmit={async (fields) => setDomain(await accounts.reset(code, String(fields.get("password") ?? "")))}
      >
        <Field label={t.newPassword} hint={t.passwordHint}>
          {(control) => (
            <PasswordInput
              {...control}
              autoComplete="new-password"
              name="password"
              minLength={8}
              maxLength={200}
              autoFocus
            />
          )}
        </Field>
      </AccountForm>
    </Card>
  );
}
