import { Check, Copy, Link2, Mail, TriangleAlert } from "lucide-react";
import { type FormEvent, useEffect, useMemo, useState } from "react";
import { directory } from "../../i18n/directory";
import { errors } from "../../i18n/errors";
import { addresses, Invite, type InviteRole, type Sent } from "../../state/invite";
import { administrationOf } from "../../state/views";
import { dateOfSeconds } from "../../state/when";
import type { Channel } from "../../wire/objects";
import { useApp, useWorkspace } from "../hooks/app";
import { useValue } from "../hooks/use_value";
import { Fault } from "../listing/failure";
import { useWhen } from "../listing/use_when";
import { ChannelPicker } from "../pickers/channel_picker";
import { Button, Field, Modal, ModalBody, Select, Spinner, Tabs, TextArea, TextInput } from "../ui";
import styles from "./invite.module.css";

const s = directory.invite;
const ways = ["email", "link"] as const;
type Way = (typeof ways)[number];

export interface InviteModalProps {
  /** Where guests would come to. */
  readonly channels?: readonly string[];
  readonly close: () => void;
}

/** Brings people into the workspace, by letters or with a link to pass on. */
export function InviteModal({ channels = [], close }: InviteModalProps) {
  const workspace = useWorkspace();
  const team = useValue(workspace.team);
  const invite = useMemo(() => new Invite(workspace.api), [workspace]);
  const [way, setWay] = useState<Way>("email");
  return (
    <Modal title={s.title(team.name)} onClose={close}>
      <ModalBody className={styles.body}>
        <Whom invite={invite} channels={channels} />
        <Tabs<Way>
          label={s.title(team.name)}
          value={way}
          onChange={setWay}
          tabs={ways.map((value) => ({ value, label: s.tabs[value] }))}
          panelClassName={styles.panel}
        >
          {way === "email" ? <ByMail invite={invite} /> : <ByLink invite={invite} />}
        </Tabs>
      </ModalBody>
    </Modal>
  );
}

/** As what people come, and, of guests, to which channels. */
function Whom({ invite, channels }: { readonly invite: Invite; readonly channels: readonly string[] }) {
  const workspace = useWorkspace();
  const administration = useMemo(() => administrationOf(workspace), [workspace]);
  const may = useValue(administration.may);
  const load = useValue(administration.load);
  const role = useValue(invite.role);
  const [chosen, setChosen] = useState<readonly Channel[]>(() =>
    workspace.channels.list.peek().filter((channel) => channels.includes(channel.id)),
  );
  useEffect(() => void administration.open(), [administration]);
  const known = load.state === "ready";
  const choose = (value: InviteRole) => {
    invite.role.value = value;
  };
  const pick = (list: readonly Channel[]) => {
    setChosen(list);
    invite.channels.value = list.map((channel) => channel.id);
  };
  const wanted = chosen.map((channel) => channel.id).join(",");
  useEffect(() => {
    invite.channels.value = wanted === "" ? [] : wanted.split(",");
  }, [invite, wanted]);
  const allowed = (["member", "guest", "single_guest"] as const).filter((value) =>
    value === "member" ? may.invite_members === true : may.invite_guests === true,
  );
  useEffect(() => {
    const [first] = allowed;
    if (known && first !== undefined && !allowed.includes(invite.role.peek())) invite.role.value = first;
  });
  if (known && allowed.length === 0) return <Fault text={errors.explain("no_permission")} />;
  return (
    <>
      <Field label={s.role} hint={s.roleHints[role]}>
        {(control) => (
          <Select
            {...control}
            value={role}
            options={(known ? allowed : (["member"] as const)).map((value) => ({ value, label: s.roles[value] }))}
            onChange={(value) => choose(value as InviteRole)}
          />
        )}
      </Field>
      {role !== "member" && (
        <Field label={s.channels} error={role === "single_guest" && chosen.length > 1 ? s.oneChannelFault : undefined}>
          {(control) => (
            <ChannelPicker {...control} chosen={chosen} onChange={pick} most={role === "single_guest" ? 1 : 50} />
          )}
        </Field>
      )}
    </>
  );
}

/** What keeps the form from being sent. It is read when somebody tries. */
function faultOf(invite: Invite): string | undefined {
  const fault = invite.fault();
  if (fault === undefined) return undefined;
  return fault === "channels" ? s.channelsFault : s.oneChannelFault;
}

function ByMail({ invite }: { readonly invite: Invite }) {
  const sent = useValue(invite.sent);
  const busy = useValue(invite.busy);
  const [text, setText] = useState("");
  const [fault, setFault] = useState<string>();
  const { valid, invalid } = addresses(text);
  const submit = (e: FormEvent) => {
    e.preventDefault();
    const wrong = invalid.length > 0 ? s.invalid(invalid.join(", ")) : faultOf(invite);
    setFault(wrong);
    if (wrong === undefined && valid.length > 0) void invite.mail(valid);
  };
  if (sent.length > 0) {
    return (
      <div className={styles.form}>
        <ul className={styles.sent} aria-live="polite">
          {sent.map((one) => (
            <SentRow key={one.email} one={one} />
          ))}
        </ul>
        <Button
          className={styles.end}
          disabled={busy}
          onClick={() => {
            invite.sent.value = [];
            setText("");
          }}
        >
          {s.more}
        </Button>
      </div>
    );
  }
  return (
    <form className={styles.form} onSubmit={submit}>
      <Field label={s.emails} hint={s.emailsHint} error={fault}>
        {(control) => (
          <TextArea
            {...control}
            data-autofocus
            rows={3}
            placeholder={s.placeholder}
            value={text}
            onChange={(e) => {
              setText(e.currentTarget.value);
              setFault(undefined);
            }}
          />
        )}
      </Field>
      <Button tone="primary" type="submit" icon={Mail} className={styles.end} disabled={valid.length === 0} busy={busy}>
        {s.send(valid.length)}
      </Button>
    </form>
  );
}

function SentRow({ one }: { readonly one: Sent }) {
  return (
    <li className={styles.sentRow}>
      <span className={styles.sentHead}>
        {one.state === "busy" && <Spinner size={16} />}
        {one.state === "sent" && <Check size={16} className={styles.good} aria-hidden />}
        {one.state === "failed" && <TriangleAlert size={16} className={styles.bad} aria-hidden />}
        <span className={styles.address}>{one.email}</span>
        <span className={styles.state}>{stateOf(one)}</span>
      </span>
      {one.state === "sent" && !one.invitation.mailed && one.invitation.url !== undefined && (
        <LinkLine url={one.invitation.url} />
      )}
    </li>
  );
}

function stateOf(one: Sent): string {
  switch (one.state) {
    case "sent":
      return one.invitation.mailed ? s.states.mailed : s.states.made;
    case "failed":
      return errors.explain(one.code);
    default:
      return s.states[one.state];
  }
}

const usesChoices = [1, 5, 10, 25, 50, 100, 400, 1000];
const daysChoices = [1, 3, 7, 14, 30, 90];

function ByLink({ invite }: { readonly invite: Invite }) {
  const when = useWhen();
  const link = useValue(invite.link);
  const busy = useValue(invite.busy);
  const refused = useValue(invite.linkFault);
  const [uses, setUses] = useState(25);
  const [days, setDays] = useState(14);
  const [fault, setFault] = useState<string>();
  const submit = (e: FormEvent) => {
    e.preventDefault();
    const wrong = faultOf(invite);
    setFault(wrong);
    if (wrong === undefined) void invite.makeLink(uses, days);
  };
  return (
    <form className={styles.form} onSubmit={submit}>
      <div className={styles.two}>
        <Field label={s.uses}>
          {(control) => (
            <Select
              {...control}
              value={String(uses)}
              options={usesChoices.map((n) => ({ value: String(n), label: s.usesOf(n) }))}
              onChange={(value) => setUses(Number(value))}
            />
          )}
        </Field>
        <Field label={s.days}>
          {(control) => (
            <Select
              {...control}
              value={String(days)}
              options={daysChoices.map((n) => ({ value: String(n), label: s.daysOf(n) }))}
              onChange={(value) => setDays(Number(value))}
            />
          )}
        </Field>
      </div>
      {link?.url !== undefined && (
        <div className={styles.made}>
          <LinkLine url={link.url} />
          <p className={styles.note}>
            {s.expires(when.date(dateOfSeconds(link.date_expire)))}. {s.linkHint}
          </p>
        </div>
      )}
      <Fault text={fault ?? (refused === undefined ? undefined : errors.explain(refused))} />
      <Button
        tone={link === undefined ? "primary" : "plain"}
        type="submit"
        icon={Link2}
        className={styles.end}
        busy={busy}
      >
        {s.make}
      </Button>
    </form>
  );
}

/** A link that is shown this once, to copy. */
export function LinkLine({ url, label = s.copy }: { readonly url: string; readonly label?: string }) {
  const app = useApp();
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(url);
      app.toasts.show({ text: s.copied, tone: "success" });
    } catch {
      app.toasts.show({ text: s.copyFailed, tone: "danger" });
    }
  };
  return (
    <span className={styles.link}>
      <TextInput readOnly value={url} aria-label={label} onFocus={(e) => e.currentTarget.select()} />
      <Button icon={Copy} onClick={() => void copy()}>
        {label}
      </Button>
    </span>
  );
}
