import { Clock, Ellipsis, Mail, MessageSquare, Phone } from "lucide-react";
import { type ReactNode, useEffect, useState } from "react";
import { directory } from "../../i18n/directory";
import { fullNameOf, type Standing, standingOf } from "../../state/people";
import { localTime, statusOf } from "../../state/profile";
import { dateOfSeconds } from "../../state/when";
import type { User, Usergroup } from "../../wire/objects";
import { openModal } from "../app/modals";
import { Emoji } from "../emoji/emoji";
import { useApp, useWorkspace } from "../hooks/app";
import { useValue } from "../hooks/use_value";
import { pictureOf, usePresence } from "../listing/person";
import { useTry } from "../listing/use_try";
import { useWhen } from "../listing/use_when";
import { Avatar, Button, Chip, IconButton, Menu, MenuItem, PresenceDot, useAnchor } from "../ui";
import styles from "./profile.module.css";

const s = directory.profile;

/** All that is known of somebody, and what one may do with them. */
export function ProfileFacts({ user }: { readonly user: User }) {
  const workspace = useWorkspace();
  const when = useWhen();
  const self = useValue(workspace.self);
  const standing: Standing = standingOf(user);
  const own = user.id === self.id;
  const status = statusOf(user, workspace.platform.clock.now());
  const full = fullNameOf(user);
  const shown = user.profile.display_name;
  return (
    <div className={styles.profile}>
      <span className={styles.picture}>
        <Avatar src={pictureOf(user, 160)} name={full} size={160} labelled />
      </span>
      <div className={styles.heading}>
        <h2 className={styles.name}>
          {full}
          {own && <span className={styles.you}>{s.youNote}</span>}
          {standing === "bot" && <Chip>APP</Chip>}
        </h2>
        {shown && shown !== full && <p className={styles.quiet}>{shown}</p>}
        {user.profile.title && <p>{user.profile.title}</p>}
        {user.profile.pronouns && <p className={styles.quiet}>{user.profile.pronouns}</p>}
        {user.deleted === true ? (
          <Chip tone="danger">{s.deactivated}</Chip>
        ) : (
          standing !== "member" && standing !== "bot" && <Chip>{directory.roles[standing]}</Chip>
        )}
      </div>
      {status !== undefined && (
        <p className={styles.status}>
          {status.emoji !== "" && <Emoji name={status.emoji} size={20} />}
          <span>
            {status.text}
            {status.until > 0 && (
              <span className={styles.quiet}> {s.until(when.momentInside(dateOfSeconds(status.until)))}</span>
            )}
          </span>
        </p>
      )}
      {user.deleted !== true && (
        <div className={styles.facts}>
          <Presence id={user.id} />
          <LocalTimeLine user={user} own={own} />
        </div>
      )}
      <Actions user={user} own={own} />
      <Contact user={user} />
      {!own && standing !== "bot" && <GroupsOf user={user} />}
    </div>
  );
}

function Presence({ id }: { readonly id: string }) {
  const presence = usePresence(id);
  return (
    <p className={styles.fact}>
      <span className={styles.sign}>
        <PresenceDot presence={presence} />
      </span>
      {presence === "active" ? s.active : s.away}
    </p>
  );
}

/** The clock there goes on while it is looked at. */
function LocalTimeLine({ user, own }: { readonly user: User; readonly own: boolean }) {
  const workspace = useWorkspace();
  const when = useWhen();
  const [now, setNow] = useState(() => workspace.platform.clock.now());
  useEffect(
    () => workspace.platform.clock.after(60_000 - (now % 60_000), () => setNow(workspace.platform.clock.now())),
    [workspace, now],
  );
  const time = localTime(user, new Date(now), undefined, when.habits.hour12);
  if (time === undefined) return null;
  return (
    <p className={styles.fact}>
      <span className={styles.sign}>
        <Clock size={14} aria-hidden />
      </span>
      <span>
        {s.localTime(time.time)}
        {!own && <span className={styles.quiet}> · {s.ahead(time.ahead)}</span>}
      </span>
    </p>
  );
}

function Actions({ user, own }: { readonly user: User; readonly own: boolean }) {
  const app = useApp();
  const workspace = useWorkspace();
  const attempt = useTry();
  const menu = useAnchor();
  const write = () =>
    attempt(async () => {
      const channel = await workspace.channels.openDM([user.id]);
      app.navigate({ main: { type: "channel", channel: channel.id } });
    });
  const copy = (text: string) =>
    attempt(async () => {
      await navigator.clipboard.writeText(text);
      app.toasts.show({ text: s.copied });
    });
  const query = (operator: string) => app.navigate({ main: { type: "search", query: `${operator}:@${user.name}` } });
  return (
    <div className={styles.actions}>
      {user.deleted !== true && (
        <Button tone={own ? "plain" : "primary"} icon={MessageSquare} onClick={() => void write()}>
          {s.message}
        </Button>
      )}
      {own && <Button onClick={() => openModal(app, "profileEdit")}>{s.edit}</Button>}
      <IconButton label={s.more} icon={Ellipsis} onClick={(e) => menu.toggle(e.currentTarget)} />
      {menu.anchor && (
        <Menu anchor={menu.anchor} label={s.more} placement="bottom-end" onClose={menu.close}>
          <MenuItem onSelect={() => query("from")}>{s.search}</MenuItem>
          <MenuItem
            onSelect={() =>
              void copy(new URL(app.href({ side: { type: "profile", user: user.id } }), window.location.origin).href)
            }
          >
            {s.copyLink}
          </MenuItem>
          <MenuItem onSelect={() => void copy(user.id)}>{s.copyId}</MenuItem>
        </Menu>
      )}
    </div>
  );
}

function Fact({ label, children }: { readonly label: string; readonly children: ReactNode }) {
  return (
    <div className={styles.line}>
      <dt>{label}</dt>
      <dd>{children}</dd>
    </div>
  );
}

function Contact({ user }: { readonly user: User }) {
  const when = useWhen();
  const { email, phone, start_date: started } = user.profile;
  if (!email && !phone && !started) return null;
  return (
    <dl className={styles.section}>
      {email && (
        <Fact label={s.email}>
          <a href={`mailto:${email}`}>
            <Mail size={14} aria-hidden /> {email}
          </a>
        </Fact>
      )}
      {phone && (
        <Fact label={s.phone}>
          <a href={`tel:${phone}`}>
            <Phone size={14} aria-hidden /> {phone}
          </a>
        </Fact>
      )}
      {started && <Fact label={s.started}>{when.date(new Date(`${started}T12:00:00`))}</Fact>}
    </dl>
  );
}

/** The user groups that somebody is in: asked for when their profile is opened. */
function GroupsOf({ user }: { readonly user: User }) {
  const workspace = useWorkspace();
  const [groups, setGroups] = useState<readonly Usergroup[]>([]);
  const count = useValue(workspace.usergroups.all).length;
  const { id } = user;
  useEffect(() => {
    if (count === 0) return;
    let gone = false;
    workspace.api
      .call<{ usergroups: Usergroup[] }>("usergroups.list", { include_users: true })
      .then((answer) => !gone && setGroups(answer.usergroups.filter((group) => group.users?.includes(id))))
      .catch(() => undefined); // it is no more than an extra
    return () => {
      gone = true;
    };
  }, [workspace, id, count]);
  if (groups.length === 0) return null;
  return (
    <dl className={styles.section}>
      <Fact label={s.groups}>
        <span className={styles.groups}>
          {groups.map((group) => (
            <Chip key={group.id}>@{group.handle}</Chip>
          ))}
        </span>
      </Fact>
    </dl>
  );
}
