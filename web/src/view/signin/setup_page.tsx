import { useEffect, useState } from "react";
import { strings } from "../../i18n";
import { type Accounts, asDomain, codeOf, type SetupInfo } from "../../state/account";
import { useApp } from "../hooks/app";
import { Button, Field, TextInput } from "../ui";
import { AccountForm, Card, textOf } from "./card";
import styles from "./card.module.css";
import { PasswordInput } from "./password_input";

const t = strings.signin;

/** Making a workspace: the first one of a server, or a further one with a code. */
export function SetupPage({ accounts, code }: { readonly accounts: Accounts; readonly code: string }) {
  const app = useApp();
  const [info, setInfo] = useState<SetupInfo>();
  const [error, setError] = useState<string>();
  const [haveCode, setHaveCode] = useState(code !== "");
  useEffect(() => {
    accounts.setupInfo().then(setInfo, (e) => setError(codeOf(e)));
  }, [accounts]);
  if (error) return <Card title={t.makeWorkspace} lead={t.error(error)} />;
  if (!info) return <Card title={t.makeWorkspace} />;
  const open = info.first || !info.code_required || haveCode;
  return (
    <Card title={t.makeWorkspace} lead={open ? (info.first ? t.setupFirst : t.setupFurther) : t.setupClosed}>
      {open ? (
        <SetupForm accounts={accounts} code={code} codeRequired={info.code_required} />
      ) : (
        <p className={styles.form}>
          <Button size="lg" onClick={() => setHaveCode(true)}>
            {t.haveCode}
          </Button>
        </p>
      )}
      <p className={styles.links}>
        <button type="button" className={styles.link} onClick={() => app.leave({ page: "signin" })}>
          {t.signIn}
        </button>
      </p>
    </Card>
  );
}

function SetupForm({
  accounts,
  code,
  codeRequired,
}: {
  readonly accounts: Accounts;
  readonly code: string;
  readonly codeRequired: boolean;
}) {
  const app = useApp();
  const [domain, setDomain] = useState<string>();
  const [name, setName] = useState("");
  return (
    <AccountForm
      action={t.makeWorkspace}
      onSubmit={async (fields) => {
        const session = await accounts.setUp({
          code: textOf(fields, "code") || code,
          workspace_name: name.trim(),
          domain: domain ?? asDomain(name),
          real_name: textOf(fields, "real_name"),
          email: textOf(fields, "email"),
          password: String(fields.get("password") ?? ""),
        });
        app.enter(session);
      }}
    >
      {codeRequired && !code && (
        <Field label={t.oneTimeCode} hint={t.oneTimeCodeHint}>
          {(control) => <TextInput {...control} name="code" autoComplete="off" spellCheck={false} required />}
        </Field>
      )}
      <Field label={t.workspaceName}>
        {(control) => (
          <TextInput
            {...control}
            value={name}
            onChange={(e) => setName(e.currentTarget.value)}
            maxLength={80}
            placeholder={t.workspaceNamePlaceholder}
            required
          />
        )}
      </Field>
      <Field label={t.shortName} hint={t.shortNameHint}>
        {(control) => (
          <TextInput
            {...control}
            value={domain ?? asDomain(name)}
            onChange={(e) => setDomain(e.currentTarget.value.toLowerCase())}
            pattern="[a-z0-9]([a-z0-9\-]*[a-z0-9])?"
            maxLength={63}
            autoCapitalize="none"
            spellCheck={false}
            required
          />
        )}
      </Field>
      <Field label={t.yourName}>
        {(control) => <TextInput {...control} name="real_name" autoComplete="name" maxLength={80} required />}
      </Field>
      <Field label={t.yourEmail}>
        {(control) => <TextInput {...control} type="email" name="email" autoComplete="email" required />}
      </Field>
      <Field label={t.password} hint={t.passwordHint}>
        {(control) => (
          <PasswordInput {...control} name="password" autoComplete="new-password" minLength={8} maxLength={200} />
        )}
      </Field>
    </AccountForm>
  );
}
