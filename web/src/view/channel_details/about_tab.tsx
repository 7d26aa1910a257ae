import { Copy, LogIn, LogOut } from "lucide-react";
import { type FormEvent, useId, useState } from "react";
import { strings } from "../../i18n";
import { directory } from "../../i18n/directory";
import type { Rights } from "../../state/channel_details";
import { dateOfSeconds } from "../../state/when";
import { parseMrkdwn } from "../../text/mrkdwn";
import { toTree } from "../../text/rich_text";
import type { Channel } from "../../wire/objects";
import { openModal } from "../app/modals";
import { RichText } from "../blocks/rich_text";
import { useApp, useWorkspace } from "../hooks/app";
import { Fault } from "../listing/failure";
import { PersonLink, useUser } from "../listing/person";
import { useDoing, useTry } from "../listing/use_try";
import { useWhen } from "../listing/use_when";
import { ProfileFacts } from "../profile/profile_facts";
import { Button, IconButton, TextArea } from "../ui";
import styles from "./details.module.css";

const s = directory.details;

/** What a conversation is about, who made it, and the way out. */
export function AboutTab({ channel, rights }: { readonly channel: Channel; readonly rights: Rights }) {
  const app = useApp();
  const workspace = useWorkspace();
  const when = useWhen();
  const attempt = useTry();
  if (channel.is_im === true) return <Partner id={channel.user ?? ""} />;
  const name = channel.name ?? "";
  const leave = () =>
    openModal(app, "confirm", {
      title: s.leaveSure(name),
      text: channel.is_private === true ? s.leavePrivate : undefined,
      action: s.leave,
      danger: true,
      onConfirm: () =>
        void attempt(async () => {
          await workspace.channels.leave(channel.id);
          app.navigate({ main: { type: "home" } });
        }),
    });
  const copy = () =>
    attempt(async () => {
      await navigator.clipboard.writeText(channel.id);
      app.toasts.show({ text: directory.profile.copied });
    });
  return (
    <div className={styles.body}>
      {channel.is_archived === true && <p className={styles.archived}>{s.archivedNote}</p>}
      <div className={styles.card}>
        <Blurb
          label={s.topic}
          empty={s.noTopic}
          value={channel.topic?.value ?? ""}
          edit={rights.edit}
          save={(text) => workspace.channels.setTopic(channel.id, text)}
        />
        <Blurb
          label={s.purpose}
          empty={s.noPurpose}
          value={channel.purpose?.value ?? ""}
          edit={rights.edit}
          save={(text) => workspace.channels.setPurpose(channel.id, text)}
        />
        {channel.creator && channel.created !== undefined && (
          <div className={styles.item}>
            <h3>{s.created}</h3>
            <p>
              {when.date(dateOfSeconds(channel.created))} · <PersonLink id={channel.creator} />
            </p>
          </div>
        )}
        <div className={styles.item}>
          <h3>{s.id}</h3>
          <p className={styles.line}>
            <code>{channel.id}</code>
            <IconButton label={s.copy} icon={Copy} size="sm" onClick={() => void copy()} />
          </p>
        </div>
      </div>
      {rights.leave && (
        <Button icon={LogOut} tone="quiet" className={styles.leave} onClick={leave}>
          {s.leave}
        </Button>
      )}
      {channel.is_member !== true &&
        channel.is_archived !== true &&
        channel.is_private !== true &&
        channel.is_mpim !== true && (
          <Button icon={LogIn} tone="primary" onClick={() => void attempt(() => workspace.channels.join(channel.id))}>
            {s.join}
          </Button>
        )}
    </div>
  );
}

function Partner({ id }: { readonly id: string }) {
  const user = useUser(id);
  return user === undefined ? null : <ProfileFacts user={user} />;
}

interface BlurbProps {
  readonly label: string;
  readonly empty: string;
  readonly value: string;
  readonly edit: boolean;
  readonly save: (text: string) => Promise<void>;
}

const maxBlurb = 250;

/** links and mentions as people write them: <https://x|x> is x again. */
function asWritten(text: string): string {
  return text
    .replace(/<(https?:[^|>]+)(?:\|[^>]*)?>/g, "$1")
    .replace(/<mailto:([^|>]+)(?:\|[^>]*)?>/g, "$1")
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">")
    .replaceAll("&amp;", "&");
}

/** The topic or description: read, or written in its place. */
function Blurb({ label, empty, value, edit, save }: BlurbProps) {
  const [editing, setEditing] = useState(false);
  if (editing) return <BlurbForm label={label} value={value} save={save} close={() => setEditing(false)} />;
  if (!edit && value === "") return null;
  return (
    <div className={styles.item}>
      <h3>
        {label}
        {edit && value !== "" && (
          <Button
            size="sm"
            tone="quiet"
            className={styles.edit}
            onClick={() => setEditing(true)}
            aria-label={`${s.edit}: ${label}`}
          >
            {s.edit}
          </Button>
        )}
      </h3>
      {value === "" ? (
        <button type="button" className={styles.add} onClick={() => setEditing(true)}>
          {empty}
        </button>
      ) : (
        <RichText nodes={toTree(parseMrkdwn(value))} />
      )}
    </div>
  );
}

function BlurbForm({
  label,
  value,
  save,
  close,
}: Pick<BlurbProps, "label" | "value" | "save"> & { readonly close: () => void }) {
  const id = useId();
  const doing = useDoing();
  const [text, setText] = useState(() => asWritten(value));
  const submit = async (e: FormEvent) => {
    e.preventDefault();
    if (await doing.run(() => save(text.trim()))) close();
  };
  return (
    <form className={styles.item} onSubmit={(e) => void submit(e)}>
      <label htmlFor={id}>
        <h3>{label}</h3>
      </label>
      <TextArea
        id={id}
        autoFocus
        rows={3}
        maxLength={maxBlurb}
        value={text}
        onChange={(e) => setText(e.currentTarget.value)}
        onKeyDown={(e) => {
          if (e.key === "Escape") {
            e.stopPropagation();
            close();
          } else if (e.key === "Enter" && !e.shiftKey && !e.nativeEvent.isComposing) void submit(e);
        }}
      />
      <Fault text={doing.fault} />
      <div className={styles.formButtons}>
        <Button size="sm" onClick={close}>
          {strings.common.cancel}
        </Button>
        <Button size="sm" tone="primary" type="submit" busy={doing.busy}>
          {s.save}
        </Button>
      </div>
    </form>
  );
}
