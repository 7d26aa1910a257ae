import { useRef, useState } from "react";
import { strings } from "../../i18n";
import type { Accounts } from "../../state/account";
import { useApp } from "../hooks/app";
import { useValue } from "../hooks/use_value";
import { Field, TextInput } from "../ui";
import { AccountForm, Card, textOf } from "./card";
import styles from "./card.module.css";
import { PasswordInput } from "./password_input";

const t = strings.signin;

interface Props {
  readonly accounts: Accounts;
  readonly workspace?: string;
  readonly next?: string;
}

/** Signing in, and asking for a link when the password is forgotten: what was typed goes from one to the other. */
export function SignInPage({ accounts, workspace, next }: Props) {
  const app = useApp();
  const [forgot, setForgot] = useState(false);
  const [kept, setKept] = useState({ workspace: workspace ?? app.sessions.peek()[0]?.domain ?? "", email: "" });
  const keep = (field: "workspace" | "email") => (value: string) => setKept({ ...kept, [field]: value });
  if (forgot) return <ForgotPage accounts={accounts} kept={kept} keep={keep} back={() => setForgot(false)} />;
  return (
    <Card title={t.signInTo}>
      <SignInForm accounts={accounts} next={next} kept={kept} keep={keep} />
      <p className={styles.links}>
        <button type="button" className={styles.link} onClick={() => setForgot(true)}>
          {t.forgot}
        </button>
        <span>
          {t.newHere}{" "}
          <button type="button" className={styles.link} onClick={() => app.leave({ page: "setup", code: "" })}>
            {t.makeWorkspace}
          </button>
        </span>
      </p>
    </Card>
  );
}

interface Kept {
  readonly kept: { readonly workspace: string; readonly email: string };
  readonly keep: (field: "workspace" | "email") => (value: string) => void;
}

function SignInForm({ accounts, next, kept, keep }: Omit<Props, "workspace"> & Kept) {
  const app = useApp();
  const [factor, setFactor] = useState(false);
  const totp = useRef<HTMLInputElement>(null);
  const before = useValue(app.sessions).find((s) => s.domain === kept.workspace.toLowerCase());
  return (
    <AccountForm
      action={t.signIn}
      onSubmit={async (fields) => {
        // The browser holds one session of a workspace: the former one has to end while it still can.
        if (before) await app.signOut(before.team_id);
        const session = await accounts.signIn({
          ...kept,
          password: String(fields.get("password") ?? ""),
          totp: textOf(fields, "totp"),
        });
        app.enter(session, next);
      }}
      onError={(code) => {
        if (code !== "two_factor_required") return false;
        setFactor(true);
        setTimeout(() => totp.current?.focus());
        return true;
      }}
    >
      <Who kept={kept} keep={keep} />
      <Field label={t.password}>
        {(control) => <PasswordInput {...control} name="password" autoComplete="current-password" />}
      </Field>
      {before && <p className={styles.notice}>{t.replaces(before.user, before.team)}</p>}
      {factor && (
        <Field label={t.code} hint={t.codeHint}>
          {(control) => (
            <TextInput
              {...control}
              ref={totp}
              name="totp"
              autoComplete="one-time-code"
              inputMode="text"
              spellCheck={false}
              required
            />
          )}
        </Field>
      )}
    </AccountForm>
  );
}

function Who({ kept, keep }: Kept) {
  return (
    <>
      <Field label={t.workspace}>
        {(control) => (
          <TextInput
            {...control}
            name="workspace"
            value={kept.workspace}
            onChange={(e) => keep("workspace")(e.currentTarget.value.trim())}
            placeholder={t.workspacePlaceholder}
            autoComplete="organization"
            autoCapitalize="none"
            spellCheck={false}
            autoFocus={!kept.workspace}
            required
          />
        )}
      </Field>
      <Field label={t.email}>
        {(control) => (
          <TextInput
            {...control}
            type="email"
            name="email"
            value={kept.email}
            onChange={(e) => keep("email")(e.currentTarget.value)}
            autoComplete="username"
            autoFocus={Boolean(kept.workspace)}
            required
          />
        )}
      </Field>
    </>
  );
}

function ForgotPage({ accounts, kept, keep, back }: Kept & { readonly accounts: Accounts; readonly back: () => void }) {
  const [sent, setSent] = useState(false);
  return (
    <Card title={t.forgot} lead={sent ? <span role="status">{t.linkSent}</span> : t.forgotText}>
      {!sent && (
        <AccountForm
          action={t.sendLink}
          onSubmit={async () => {
            await accounts.requestReset(kept.workspace, kept.email);
            setSent(true);
          }}
        >
          <Who kept={kept} keep={keep} />
        </AccountForm>
      )}
      <p className={styles.links}>
        <button type="button" className={styles.link} onClick={back}>
          {t.backToSignIn}
        </button>
      </p>
    </Card>
  );
}
