import { type FormEvent, type ReactNode, useState } from "react";
import { strings } from "../../i18n";
import { preferences } from "../../i18n/en/preferences";
import { codeOf } from "../../state/account";
import { Button } from "../ui";
import styles from "./preferences.module.css";

export interface AccountFormProps {
  readonly action: string;
  readonly children: ReactNode;
  readonly onSubmit: (fields: FormData) => Promise<void>;
}

/** A small form within the preferences: sends once at a time, and says what was wrong. */
export function AccountForm({ action, children, onSubmit }: AccountFormProps) {
  const [error, setError] = useState<string>();
  const [busy, setBusy] = useState(false);
  const submit = async (e: FormEvent<HTMLFormElement>) => {
    e.preventDefault();
    setError(undefined);
    setBusy(true);
    try {
      await onSubmit(new FormData(e.currentTarget));
    } catch (failed) {
      const code = codeOf(failed);
      setError(code === "invalid_credentials" ? preferences.account.wrongPassword : strings.signin.error(code));
    } finally {
      setBusy(false);
    }
  };
  return (
    <form className={styles.form} onSubmit={(e) => void submit(e)}>
      {children}
      {error && (
        <p className={styles.error} role="alert">
          {error}
        </p>
      )}
      <Button type="submit" busy={busy}>
        {action}
      </Button>
    </form>
  );
}
