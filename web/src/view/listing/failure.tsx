import { CloudOff } from "lucide-react";
import { strings } from "../../i18n";
import { errors } from "../../i18n/errors";
import { Button, EmptyState } from "../ui";
import styles from "./listing.module.css";

/** A list that did not come: why, and another try. */
export function Failure({ code, retry }: { readonly code: string; readonly retry: () => void }) {
  return (
    <EmptyState
      icon={CloudOff}
      title={errors.loadFailed}
      actions={<Button onClick={retry}>{strings.common.retry}</Button>}
    >
      {errors.explain(code)}
    </EmptyState>
  );
}

/** The same where something is here already: one line at the end. */
export function FailureLine({ code, retry }: { readonly code: string; readonly retry: () => void }) {
  return (
    <p className={styles.failure} role="alert">
      {errors.explain(code)}{" "}
      <Button tone="quiet" size="sm" onClick={retry}>
        {strings.common.retry}
      </Button>
    </p>
  );
}

/** What is wrong with a form as a whole. */
export function Fault({ text }: { readonly text: string | undefined }) {
  if (text === undefined) return null;
  return (
    <p className={styles.fault} role="alert">
      {text}
    </p>
  );
}
