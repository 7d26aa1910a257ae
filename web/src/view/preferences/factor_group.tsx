import { useState } from "react";
import { preferences } from "../../i18n/en/preferences";
import { useApp, useWorkspace } from "../hooks/app";
import { PasswordInput } from "../signin/password_input";
import { Button, Field, TextInput } from "../ui";
import { AccountForm } from "./account_form";
import type { AccountInfo } from "./account_section";
import styles from "./preferences.module.css";

const t = preferences.account;

interface Begun {
  readonly secret: string;
  readonly otpauth_url: string;
}

export interface FactorGroupProps {
  readonly info: AccountInfo;
  readonly onChange: () => void;
}

/** The second factor: set up in two steps, with codes to be kept; renewed; turned off. */
export function FactorGroup({ info, onChange }: FactorGroupProps) {
  const [begun, setBegun] = useState<Begun>();
  const [codes, setCodes] = useState<readonly string[]>();
  const done = (made: readonly string[]) => {
    setBegun(undefined);
    setCodes(made);
    onChange();
  };
  return (
    <div className={styles.group}>
      <h3 className={styles.heading}>{t.factor}</h3>
      <p className={styles.text}>{info.two_factor ? t.factorOn(info.recovery_codes_left) : t.factorOff}</p>
      {codes && <RecoveryCodes codes={codes} />}
      {info.two_factor && <Present onCodes={done} onChange={onChange} />}
      {!info.two_factor && !begun && <Begin onBegun={setBegun} />}
      {begun && <Confirm begun={begun} onCodes={done} />}
    </div>
  );
}

function Begin({ onBegun }: { readonly onBegun: (begun: Begun) => void }) {
  const w = useWorkspace();
  return (
    <AccountForm
      action={t.setUp}
      onSubmit={async (fields) =>
        onBegun(await w.api.call<Begun>("account.totp.begin", { password: fields.get("password") }))
      }
    >
      <Field label={t.present}>
        {(control) => <PasswordInput {...control} name="password" autoComplete="current-password" />}
      </Field>
    </AccountForm>
  );
}

function Confirm({ begun, onCodes }: { readonly begun: Begun; readonly onCodes: (codes: readonly string[]) => void }) {
  const w = useWorkspace();
  return (
    <>
      <p className={styles.text}>{t.key}</p>
      <p className={styles.key}>
        <code>{begun.secret.replace(/(.{4})(?=.)/g, "$1 ")}</code>
      </p>
      <p>
        <a href={begun.otpauth_url}>{t.openApp}</a>
      </p>
      <AccountForm
        action={t.confirm}
        onSubmit={async (fields) => {
          const answer = await w.api.call<{ recovery_codes: string[] }>("account.totp.confirm", {
            code: fields.get("code"),
          });
          onCodes(answer.recovery_codes);
        }}
      >
        <CodeField />
      </AccountForm>
    </>
  );
}

function Present({
  onCodes,
  onChange,
}: {
  readonly onCodes: (codes: readonly string[]) => void;
  readonly onChange: () => void;
}) {
  const w = useWorkspace();
  const [doing, setDoing] = useState<"codes" | "off">();
  if (!doing) {
    return (
      <div className={styles.actions}>
        <Button onClick={() => setDoing("codes")}>{t.newCodes}</Button>
        <Button onClick={() => setDoing("off")}>{t.turnOff}</Button>
      </div>
    );
  }
  return (
    <AccountForm
      action={doing === "codes" ? t.newCodes : t.turnOff}
      onSubmit={async (fields) => {
        const args = { password: fields.get("password"), code: fields.get("code") };
        if (doing === "codes")
          onCodes((await w.api.call<{ recovery_codes: string[] }>("account.totp.recovery", args)).recovery_codes);
        else {
          await w.api.call("account.totp.disable", args);
          onChange();
        }
        setDoing(undefined);
      }}
    >
      <Field label={t.present}>
        {(control) => <PasswordInput {...control} name="password" autoComplete="current-password" />}
      </Field>
      <CodeField />
    </AccountForm>
  );
}

function CodeField() {
  return (
    <Field label={t.code}>
      {(control) => (
        <TextInput
          {...control}
          name="code"
          autoComplete="one-time-code"
          inputMode="numeric"
          spellCheck={false}
          required
        />
      )}
    </Field>
  );
}

function RecoveryCodes({ codes }: { readonly codes: readonly string[] }) {
  const app = useApp();
  const copy = async () => {
    await navigator.clipboard.writeText(codes.join("\n"));
    app.toasts.show({ text: t.copied });
  };
  return (
    <>
      <p className={styles.text}>{t.keep}</p>
      <pre className={styles.codes}>{codes.join("\n")}</pre>
      {navigator.clipboard && (
        <div className={styles.actions}>
          <Button size="sm" onClick={() => void copy()}>
            {t.copy}
          </Button>
        </div>
      )}
    </>
  );
}
