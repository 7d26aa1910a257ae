import { type FormEvent, useCallback, useEffect, useId, useState } from "react";
import { admin } from "../../i18n/admin";
import { errors } from "../../i18n/errors";
import type { AdminPeople, Session } from "../../state/admin_people";
import { codeOf } from "../../state/remote";
import { dateOfSeconds } from "../../state/when";
import { useApp } from "../hooks/app";
import { Fault } from "../listing/failure";
import { useDoing, useTry } from "../listing/use_try";
import { useWhen } from "../listing/use_when";
import { Button, Field, Modal, ModalBody, RowText, SkeletonRows, TextInput } from "../ui";
import styles from "./admin.module.css";
import { Secret } from "./secret";

const s = admin.members;

export interface MemberModalProps {
  readonly people: AdminPeople;
  readonly user: string;
  readonly name: string;
  readonly close: () => void;
}

/** A link by which somebody sets a new password: mailed, or shown to be passed on. */
export function PasswordModal({ people, user, name, close }: MemberModalProps) {
  const app = useApp();
  const doing = useDoing();
  const [link, setLink] = useState<string>();
  const reset = (show: boolean) =>
    doing.run(async () => {
      const url = await people.resetPassword(user, show);
      if (url !== undefined) setLink(url);
      else {
        close();
        app.toasts.show({ text: s.resetMailed, tone: "success" });
      }
    });
  return (
    <Modal
      title={s.resetTitle(name)}
      onClose={close}
      footer={
        link === undefined && (
          <>
            <Button busy={doing.busy} onClick={() => void reset(true)}>
              {s.resetShow}
            </Button>
            <Button tone="primary" busy={doing.busy} data-autofocus onClick={() => void reset(false)}>
              {s.resetMail}
            </Button>
          </>
        )
      }
    >
      <ModalBody className={styles.form}>
        <p>{s.resetText}</p>
        {link !== undefined && <Secret text={link} />}
        <Fault text={doing.fault} />
      </ModalBody>
    </Modal>
  );
}

/** Where somebody is signed in. */
export function SessionsModal({ people, user, name, close }: MemberModalProps) {
  const app = useApp();
  const when = useWhen();
  const attempt = useTry();
  const [sessions, setSessions] = useState<readonly Session[]>();
  const [fault, setFault] = useState<string>();
  const load = useCallback(async () => {
    try {
      setSessions(await people.sessions(user));
    } catch (error) {
      setFault(errors.explain(codeOf(error)));
    }
  }, [people, user]);
  useEffect(() => void load(), [load]);
  const end = (session?: string) =>
    attempt(async () => {
      await people.endSessions(user, session);
      app.toasts.show({ text: s.ended, tone: "success" });
      await load();
    });
  return (
    <Modal
      title={s.sessionsTitle(name)}
      onClose={close}
      footer={
        sessions !== undefined &&
        sessions.length > 0 && (
          <Button tone="danger" onClick={() => void end()}>
            {s.endAll}
          </Button>
        )
      }
    >
      <ModalBody>
        <Fault text={fault} />
        {sessions === undefined && fault === undefined && <SkeletonRows rows={2} />}
        {sessions?.length === 0 && <p>{s.noSessions}</p>}
        {sessions !== undefined && sessions.length > 0 && (
          <ul className={styles.inset}>
            {sessions.map((session) => (
              <li key={session.id} className={styles.insetRow}>
                <RowText name={session.device}>
                  {session.address} · {s.used(when.momentInside(dateOfSeconds(session.date_used)))}
                </RowText>
                <Button size="sm" onClick={() => void end(session.id)}>
                  {s.end}
                </Button>
              </li>
            ))}
          </ul>
        )}
      </ModalBody>
    </Modal>
  );
}

/** Hands the primary owner's role on, for which the password is asked once more. */
export function TransferModal({ people, user, name, close }: MemberModalProps) {
  const form = useId();
  const doing = useDoing();
  const [password, setPassword] = useState("");
  const submit = async (e: FormEvent) => {
    e.preventDefault();
    if (await doing.run(() => people.transferOwnership(user, password))) close();
  };
  return (
    <Modal
      title={s.transferTitle(name)}
      size="sm"
      onClose={close}
      footer={
        <>
          <Button onClick={close}>{admin.cancel}</Button>
          <Button tone="danger" type="submit" form={form} busy={doing.busy} disabled={password === ""}>
            {s.transfer.replace("…", "")}
          </Button>
        </>
      }
    >
      <ModalBody>
        <form id={form} className={styles.form} onSubmit={(e) => void submit(e)}>
          <p>{s.transferText}</p>
          <Field label={s.password} error={doing.fault}>
            {(control) => (
              <TextInput
                {...control}
                type="password"
                autoComplete="current-password"
                data-autofocus
                value={password}
                onChange={(e) => setPassword(e.currentTarget.value)}
              />
            )}
          </Field>
        </form>
      </ModalBody>
    </Modal>
  );
}
