import { type FormEvent, type ReactNode, useRef, useState } from "react";
import { strings } from "../../i18n";
import { codeOf } from "../../state/account";
import { useApp } from "../hooks/app";
import { useValue } from "../hooks/use_value";
import { Button } from "../ui";
import styles from "./card.module.css";
import { Mark } from "./mark";

/** The page around a form for accounts: the product's mark, a heading, and a way back for who is signed in elsewhere. */
export function Card({
  title,
  lead,
  children,
}: {
  readonly title: string;
  readonly lead?: ReactNode;
  readonly children?: ReactNode;
}) {
  const app = useApp();
  const [session] = useValue(app.sessions);
  return (
    <div className={styles.page}>
      <main className={styles.card}>
        <Mark size={40} />
        <h1 className={styles.title}>{title}</h1>
        {lead && <p className={styles.lead}>{lead}</p>}
        {children}
      </main>
      {session && (
        <Button tone="quiet" onClick={() => app.navigate({ team: session.team_id, main: { type: "home" } })}>
          {strings.signin.backToTeam(session.team)}
        </Button>
      )}
    </div>
  );
}

export interface AccountFormProps {
  readonly action: string;
  readonly children: ReactNode;
  /** What the form does; what it throws is told in words above the button. */
  readonly onSubmit: (fields: FormData) => Promise<void>;
  /** A code that is a question rather than an error. */
  readonly onError?: (code: string) => boolean;
}

/** Fields and one button: sends once at a time, and says what was wrong. */
export function AccountForm({ action, children, onSubmit, onError }: AccountFormProps) {
  const [error, setError] = useState<string>();
  const [busy, setBusy] = useState(false);
  const form = useRef<HTMLFormElement>(null);
  const submit = async (e: FormEvent<HTMLFormElement>) => {
    e.preventDefault();
    setError(undefined);
    setBusy(true);
    try {
      await onSubmit(new FormData(e.currentTarget));
    } catch (failed) {
      const code = codeOf(failed);
      if (!onError?.(code)) setError(strings.signin.error(code));
    } finally {
      setBusy(false);
    }
  };
  return (
    <form ref={form} className={styles.form} onSubmit={(e) => void submit(e)}>
      {children}
      {error && (
        <p className={styles.error} role="alert">
          {error}
        </p>
      )}
      <Button type="submit" tone="primary" size="lg" wide busy={busy}>
        {action}
      </Button>
    </form>
  );
}

/** What a field of a form holds. */
export function textOf(fields: FormData, name: string): string {
  const value = fields.get(name);
  return typeof value === "string" ? value.trim() : "";
}
