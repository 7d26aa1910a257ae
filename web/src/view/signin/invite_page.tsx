import { useEffect, useState } from "react";
import { strings } from "../../i18n";
import { type Accounts, codeOf, type Invitation } from "../../state/account";
import { useApp } from "../hooks/app";
import { Field, TextInput } from "../ui";
import { AccountForm, Card, textOf } from "./card";
import { PasswordInput } from "./password_input";

const t = strings.signin;

/** Joining by an invitation's link. */
export function InvitePage({ accounts, code }: { readonly accounts: Accounts; readonly code: string }) {
  const app = useApp();
  const [invitation, setInvitation] = useState<Invitation>();
  const [error, setError] = useState<string>();
  useEffect(() => {
    if (code) accounts.invitation(code).then(setInvitation, (e) => setError(codeOf(e)));
  }, [accounts, code]);
  if (!code) return <Card title={t.linkFailed} lead={t.incomplete} />;
  if (error) return <Card title={t.linkFailed} lead={t.error(error)} />;
  if (!invitation) return <Card title={t.join} />;
  const { team, domain, inviter, role, channels, email, date_expire } = invitation;
  return (
    <Card title={t.joinTeam(team)} lead={`${t.invites(inviter, team, role, channels)} ${t.goodUntil(date_expire)}`}>
      <AccountForm
        action={t.joinTeam(team)}
        onSubmit={async (fields) => {
          const before = app.sessions.peek().find((s) => s.domain === domain);
          if (before) await app.signOut(before.team_id);
          const session = await accounts.accept({
            code,
            real_name: textOf(fields, "real_name"),
            email: textOf(fields, "email"),
            password: String(fields.get("password") ?? ""),
          });
          app.enter(session);
        }}
      >
        <Field label={t.yourName}>
          {(control) => (
            <TextInput {...control} name="real_name" autoComplete="name" maxLength={80} required autoFocus />
          )}
        </Field>
        <Field label={t.email}>
          {(control) => (
            <TextInput
              {...control}
              type="email"
              name="email"
              autoComplete="email"
              defaultValue={email}
              readOnly={email !== ""}
              required
            />
          )}
        </Field>
        <Field label={t.password} hint={t.passwordHint}>
          {(control) => (
            <PasswordInput {...control} name="password" autoComplete="new-password" minLength={8} maxLength={200} />
          )}
        </Field>
      </AccountForm>
    </Card>
  );
}
