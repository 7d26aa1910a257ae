import { type FormEvent, type ReactNode, useEffect, useMemo, useState } from "react";
import { admin } from "../../i18n/admin";
import type { Administration, SettingsChange } from "../../state/admin";
import { administrationOf } from "../../state/views";
import { openModal } from "../app/modals";
import { useApp, useWorkspace } from "../hooks/app";
import { useValue } from "../hooks/use_value";
import { Fault } from "../listing/failure";
import { useDoing, useTry } from "../listing/use_try";
import { Button, Field, Select, Switch, smallLine, TextInput } from "../ui";
import styles from "./admin.module.css";
import { SectionHead } from "./section_head";

const s = admin.settings;
const gigabyte = 1_000_000_000;

/** The workspace's name and rules. */
export function SettingsSection() {
  const workspace = useWorkspace();
  const administration = useMemo(() => administrationOf(workspace), [workspace]);
  const settings = useValue(administration.settings);
  return (
    <>
      <SectionHead section="settings" />
      <div className={styles.scroll}>
        <div className={styles.settings}>
          <NameForm administration={administration} />
          <Limit
            administration={administration}
            label={s.retention}
            hint={s.retentionHint}
            none={s.retentionForever}
            some={s.retentionDays}
            unit={s.days}
            most={36_500}
            proposed={365}
            value={settings.retention_days ?? 0}
            change={(retention_days) => ({ retention_days })}
            note={<Preview days={settings.retention_days ?? 0} />}
          />
          <Limit
            administration={administration}
            label={s.edit}
            none={s.editAlways}
            some={s.editNever}
            unit={s.minutes}
            most={525_600}
            proposed={60}
            value={settings.edit_minutes ?? 0}
            change={(edit_minutes) => ({ edit_minutes })}
          />
          <Limit
            administration={administration}
            label={s.storage}
            none={s.storageDefault}
            some={s.storageOwn}
            unit={s.gigabytes}
            most={1_000_000}
            proposed={100}
            value={Math.ceil((settings.storage_bytes ?? 0) / gigabyte)}
            change={(n) => ({ storage_bytes: n * gigabyte })}
          />
          <SecondFactor administration={administration} on={settings.require_totp === true} />
        </div>
      </div>
    </>
  );
}

function NameForm({ administration }: { readonly administration: Administration }) {
  const app = useApp();
  const workspace = useWorkspace();
  const team = useValue(workspace.team);
  const doing = useDoing();
  const [name, setName] = useState(team.name);
  const [domain, setDomain] = useState(team.domain);
  const changed = name.trim() !== team.name || domain !== team.domain;
  const submit = async (e: FormEvent) => {
    e.preventDefault();
    const save = async () => void (await administration.renameWorkspace(name.trim(), domain));
    if (await doing.run(save)) app.toasts.show({ text: s.saved, tone: "success" });
  };
  return (
    <form className={styles.setting} onSubmit={(e) => void submit(e)}>
      <Field label={s.name}>
        {(control) => (
          <TextInput {...control} maxLength={80} value={name} onChange={(e) => setName(e.currentTarget.value)} />
        )}
      </Field>
      <Field label={s.domain} hint={s.domainHint}>
        {(control) => (
          <TextInput
            {...control}
            autoComplete="off"
            spellCheck={false}
            value={domain}
            onChange={(e) => setDomain(e.currentTarget.value.toLowerCase())}
          />
        )}
      </Field>
      <Fault text={doing.fault} />
      <div className={styles.line}>
        <Button type="submit" tone="primary" busy={doing.busy} disabled={!changed || name.trim() === ""}>
          {s.save}
        </Button>
      </div>
    </form>
  );
}

interface LimitProps {
  readonly administration: Administration;
  readonly label: string;
  readonly hint?: string;
  readonly none: string;
  readonly some: string;
  readonly unit: string;
  readonly most: number;
  readonly proposed: number;
  /** 0: none. */
  readonly value: number;
  readonly change: (value: number) => SettingsChange;
  readonly note?: ReactNode;
}

/** A setting that is a number, or none. */
function Limit({ administration, label, hint, none, some, unit, most, proposed, value, change, note }: LimitProps) {
  const app = useApp();
  const doing = useDoing();
  const [limited, setLimited] = useState(value > 0);
  const [text, setText] = useState(String(value > 0 ? value : proposed));
  useEffect(() => {
    setLimited(value > 0);
    if (value > 0) setText(String(value));
  }, [value]);
  const wanted = limited ? Math.min(most, Math.max(1, Math.floor(Number(text) || 0))) : 0;
  const submit = async (e: FormEvent) => {
    e.preventDefault();
    if (await doing.run(() => administration.change(change(wanted))))
      app.toasts.show({ text: s.saved, tone: "success" });
  };
  return (
    <form className={styles.setting} onSubmit={(e) => void submit(e)}>
      <Field label={label} hint={hint}>
        {(control) => (
          <span className={styles.line}>
            <Select
              {...control}
              value={limited ? "some" : "none"}
              options={[
                { value: "none", label: none },
                { value: "some", label: some },
              ]}
              onChange={(choice) => setLimited(choice === "some")}
            />
            {limited && (
              <>
                <TextInput
                  type="number"
                  min={1}
                  max={most}
                  aria-label={`${label}: ${unit}`}
                  value={text}
                  onChange={(e) => setText(e.currentTarget.value)}
                />
                <span className={styles.count}>{unit}</span>
              </>
            )}
            {wanted !== value && (
              <Button type="submit" tone="primary" busy={doing.busy}>
                {s.save}
              </Button>
            )}
          </span>
        )}
      </Field>
      {note}
      <Fault text={doing.fault} />
    </form>
  );
}

interface PreviewAnswer {
  readonly channels: readonly { readonly messages: number }[];
  readonly hidden: { readonly channels: number; readonly messages: number };
}

/** What would be deleted by the times that hold now. */
function Preview({ days }: { readonly days: number }) {
  const workspace = useWorkspace();
  const [text, setText] = useState<string>();
  useEffect(() => {
    let gone = false;
    if (days === 0) {
      setText(undefined);
      return;
    }
    workspace.api
      .call<PreviewAnswer>("manage.retention.preview")
      .then(({ channels, hidden }) => {
        const messages = channels.reduce((sum, channel) => sum + channel.messages, hidden.messages);
        if (!gone) setText(s.preview(messages, channels.length + hidden.channels));
      })
      .catch(() => undefined); // it is no more than a hint
    return () => {
      gone = true;
    };
  }, [workspace, days]);
  return text === undefined ? null : <p className={smallLine}>{text}</p>;
}

function SecondFactor({ administration, on }: { readonly administration: Administration; readonly on: boolean }) {
  const app = useApp();
  const attempt = useTry();
  const set = (require_totp: boolean) => void attempt(() => administration.change({ require_totp }));
  const ask = () =>
    openModal(app, "confirm", { title: s.totpSure, text: s.totpText, action: s.totp, onConfirm: () => set(true) });
  return (
    <div className={styles.setting}>
      <Switch label={s.totp} hint={s.totpHint} checked={on} onChange={(wanted) => (wanted ? ask() : set(false))} />
    </div>
  );
}
