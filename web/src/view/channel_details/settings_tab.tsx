import { Archive, ArchiveRestore, Lock, LockOpen, Users } from "lucide-react";
import { type FormEvent, useEffect, useMemo, useState } from "react";
import { directory } from "../../i18n/directory";
import { type ChannelDetails, mayConvert, type Rights } from "../../state/channel_details";
import { asChannelName, nameFault } from "../../state/channel_name";
import { type Level, levels, noticePrefs, setChannelLevel } from "../../state/notice_prefs";
import { administrationOf } from "../../state/views";
import type { Channel } from "../../wire/objects";
import { openModal } from "../app/modals";
import { useApp, useWorkspace } from "../hooks/app";
import { useComputed } from "../hooks/use_computed";
import { useValue } from "../hooks/use_value";
import { Fault } from "../listing/failure";
import { useDoing, useTry } from "../listing/use_try";
import { Button, Field, Select, Switch, TextInput } from "../ui";
import styles from "./details.module.css";

const s = directory.details;

export interface SettingsTabProps {
  readonly channel: Channel;
  readonly details: ChannelDetails;
  readonly rights: Rights;
}

/** What one may set about a conversation: for oneself, and, as its manager, for all. */
export function SettingsTab({ channel, details, rights }: SettingsTabProps) {
  const workspace = useWorkspace();
  const administration = useMemo(() => administrationOf(workspace), [workspace]);
  const may = useValue(administration.may);
  const self = useValue(workspace.self);
  useEffect(() => void administration.open(), [administration]);
  const isChannel = channel.is_im !== true && channel.is_mpim !== true;
  return (
    <div className={styles.body}>
      <Notices channel={channel} />
      {rights.rename && <NameForm channel={channel} />}
      {isChannel && (
        <div className={styles.group}>
          <h3>{s.visibility}</h3>
          <p className={styles.visibility}>
            {channel.is_private === true ? <Lock size={16} aria-hidden /> : <Users size={16} aria-hidden />}
            {channel.is_private === true ? s.isPrivate : s.isPublic}
          </p>
          {mayConvert(channel, self, may.convert_channels === true) && <ConvertButton channel={channel} />}
        </div>
      )}
      {isChannel && may.manage_settings === true && <RetentionForm details={details} />}
      {rights.archive && <ArchiveButton channel={channel} />}
    </div>
  );
}

function Notices({ channel }: { readonly channel: Channel }) {
  const workspace = useWorkspace();
  const attempt = useTry();
  const level = useComputed(
    () => noticePrefs(workspace).value.channels.get(channel.id) ?? "default",
    [workspace, channel.id],
  );
  const muted = useComputed(() => workspace.channels.muted.value.has(channel.id), [workspace, channel.id]);
  const labels: Record<Level | "default", string> = {
    default: s.notify.default,
    everything: s.notify.all,
    mentions: s.notify.mentions,
    nothing: s.notify.nothing,
  };
  return (
    <div className={styles.group}>
      <Field label={s.notifications}>
        {(control) => (
          <Select
            {...control}
            value={level}
            options={(["default", ...levels] as const).map((value) => ({ value, label: labels[value] }))}
            onChange={(value) =>
              void attempt(() =>
                setChannelLevel(workspace, channel.id, value === "default" ? undefined : (value as Level)),
              )
            }
          />
        )}
      </Field>
      <Switch
        label={s.mute}
        hint={s.muteHint}
        checked={muted}
        onChange={(on) => void attempt(() => workspace.channels.mute(channel.id, on))}
      />
    </div>
  );
}

function NameForm({ channel }: { readonly channel: Channel }) {
  const app = useApp();
  const workspace = useWorkspace();
  const doing = useDoing();
  const [name, setName] = useState(channel.name ?? "");
  const taken = (text: string) => text !== channel.name && workspace.channels.list.peek().some((c) => c.name === text);
  const fault = nameFault(name, taken);
  const submit = async (e: FormEvent) => {
    e.preventDefault();
    if (fault !== undefined || name === channel.name) return;
    if (await doing.run(() => workspace.channels.rename(channel.id, name)))
      app.toasts.show({ text: s.saved, tone: "success" });
  };
  return (
    <form className={styles.group} onSubmit={(e) => void submit(e)}>
      <Field
        label={s.rename}
        hint={s.renameHint}
        error={fault === undefined ? doing.fault : directory.create.faults[fault]}
      >
        {(control) => (
          <span className={styles.line}>
            <TextInput
              {...control}
              autoComplete="off"
              spellCheck={false}
              value={name}
              onChange={(e) => setName(asChannelName(e.currentTarget.value))}
            />
            <Button type="submit" busy={doing.busy} disabled={fault !== undefined || name === channel.name}>
              {s.save}
            </Button>
          </span>
        )}
      </Field>
    </form>
  );
}

type RetentionKind = "workspace" | "forever" | "days";

function RetentionForm({ details }: { readonly details: ChannelDetails }) {
  const app = useApp();
  const doing = useDoing();
  const now = useValue(details.retention);
  const [kind, setKind] = useState<RetentionKind>("workspace");
  const [days, setDays] = useState("90");
  useEffect(() => void details.readRetention().catch(() => undefined), [details]);
  useEffect(() => {
    if (now === undefined) return;
    setKind(now.own_days === null ? "workspace" : now.own_days === 0 ? "forever" : "days");
    if (now.own_days !== null && now.own_days > 0) setDays(String(now.own_days));
  }, [now]);
  if (now === undefined) return null;
  const wanted = kind === "workspace" ? "workspace" : kind === "forever" ? 0 : Math.max(1, Math.floor(Number(days)));
  const save = async (e: FormEvent) => {
    e.preventDefault();
    if (await doing.run(() => details.setRetention(wanted))) app.toasts.show({ text: s.saved, tone: "success" });
  };
  return (
    <form className={styles.group} onSubmit={(e) => void save(e)}>
      <Field
        label={s.retention}
        hint={wanted === 0 || (wanted === "workspace" && now.workspace_days === 0) ? undefined : s.retentionSure}
      >
        {(control) => (
          <Select
            {...control}
            value={kind}
            options={[
              { value: "workspace", label: s.retentionWorkspace(now.workspace_days) },
              { value: "forever", label: s.retentionForever },
              { value: "days", label: s.retentionDays },
            ]}
            onChange={(value) => setKind(value as RetentionKind)}
          />
        )}
      </Field>
      <span className={styles.line}>
        {kind === "days" && (
          <TextInput
            type="number"
            min={1}
            max={36500}
            aria-label={s.days}
            value={days}
            onChange={(e) => setDays(e.currentTarget.value)}
          />
        )}
        {wanted !== (now.own_days ?? "workspace") && (
          <Button type="submit" tone="primary" busy={doing.busy}>
            {s.save}
          </Button>
        )}
      </span>
      <Fault text={doing.fault} />
    </form>
  );
}

function ConvertButton({ channel }: { readonly channel: Channel }) {
  const app = useApp();
  const workspace = useWorkspace();
  const attempt = useTry();
  const name = channel.name ?? "";
  const toPrivate = channel.is_private !== true;
  const ask = () =>
    openModal(app, "confirm", {
      title: toPrivate ? s.toPrivateSure(name) : s.toPublicSure(name),
      text: toPrivate ? s.toPrivateText : s.toPublicText,
      action: toPrivate ? s.toPrivate : s.toPublic,
      danger: true,
      onConfirm: () => void attempt(() => workspace.channels.convert(channel.id, toPrivate)),
    });
  return (
    <Button icon={toPrivate ? Lock : LockOpen} onClick={ask}>
      {toPrivate ? s.toPrivate : s.toPublic}
    </Button>
  );
}

function ArchiveButton({ channel }: { readonly channel: Channel }) {
  const app = useApp();
  const workspace = useWorkspace();
  const attempt = useTry();
  if (channel.is_archived === true) {
    return (
      <Button icon={ArchiveRestore} onClick={() => void attempt(() => workspace.channels.unarchive(channel.id))}>
        {s.unarchive}
      </Button>
    );
  }
  const ask = () =>
    openModal(app, "confirm", {
      title: s.archiveSure(channel.name ?? ""),
      text: s.archiveText,
      action: s.archive,
      danger: true,
      onConfirm: () => void attempt(() => workspace.channels.archive(channel.id)),
    });
  return (
    <Button icon={Archive} tone="quiet" className={styles.danger} onClick={ask}>
      {s.archive}
    </Button>
  );
}
