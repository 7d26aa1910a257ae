import { Bot, type LucideIcon, Palette, Upload, UserPlus } from "lucide-react";
import { strings } from "../../i18n";
import { channelTitle, partner } from "../../state/channel_title";
import { namesOf } from "../../state/notifications";
import { excerpt } from "../../text/plain";
import type { ChannelID } from "../../wire/objects";
import { openModal } from "../app/modals";
import { useApp, useWorkspace } from "../hooks/app";
import { useComputed } from "../hooks/use_computed";
import { useValue } from "../hooks/use_value";
import { Avatar, Button } from "../ui";
import styles from "./channel_greeting.module.css";
import { ChannelIcon } from "./channel_icon";

const t = strings.shell.greeting;

/** The beginning of a conversation: what it is for, and what may be done first. It stands above the first message. */
export function ChannelGreeting({ channel: id }: { readonly channel: ChannelID }) {
  const app = useApp();
  const w = useWorkspace();
  const channel = useValue(w.channels.get(id));
  const title = useComputed(() => channelTitle(w, channel), [w, channel]);
  const user = useComputed(() => partner(w, channel), [w, channel]);
  const self = useValue(w.self);
  if (!channel) return null;
  if (channel.is_im) {
    const own = channel.user === self.id;
    return (
      <div className={styles.greeting}>
        <Avatar src={user?.profile.image_192 ?? user?.profile.image_72} name={title} size={72} />
        <h2 className={styles.title}>{title}</h2>
        <p className={styles.text}>{own ? t.own : t.dm(title)}</p>
        {!own && (
          <Button onClick={() => app.navigate({ side: { type: "profile", user: channel.user ?? "" } })}>
            {strings.shell.profile}
          </Button>
        )}
      </div>
    );
  }
  const purpose = excerpt(channel.purpose?.value ?? "", namesOf(w), 500);
  return (
    <div className={styles.greeting}>
      <span className={styles.sign}>
        <ChannelIcon channel={channel} size={36} />
      </span>
      <h2 className={styles.title}>
        {channel.is_general ? t.welcome(w.team.peek().name) : channel.is_mpim ? title : `#${title}`}
      </h2>
      <p className={styles.text} dir="auto">
        {channel.is_mpim
          ? t.group(title)
          : channel.is_general
            ? t.general(title)
            : channel.is_private
              ? t.private(title)
              : t.channel(title)}
        {purpose && ` ${purpose}`}
      </p>
      {channel.is_general && !self.is_restricted ? (
        <ul className={styles.steps}>
          <Step icon={UserPlus} title={t.invite} text={t.inviteText} onClick={() => openModal(app, "invite")} />
          <Step
            icon={Palette}
            title={t.theme}
            text={t.themeText}
            onClick={() => openModal(app, "preferences", { section: "appearance" })}
          />
          {(self.is_admin || self.is_owner) && (
            <>
              <Step
                icon={Upload}
                title={t.import}
                text={t.importText}
                onClick={() => app.navigate({ main: { type: "admin", section: "settings" } })}
              />
              <Step
                icon={Bot}
                title={t.bot}
                text={t.botText}
                onClick={() => app.navigate({ main: { type: "admin", section: "bots" } })}
              />
            </>
          )}
        </ul>
      ) : (
        !channel.is_mpim &&
        !self.is_restricted && (
          <Button icon={UserPlus} onClick={() => openModal(app, "addMembers", { channel: id })}>
            {t.addPeople}
          </Button>
        )
      )}
    </div>
  );
}

interface StepProps {
  readonly icon: LucideIcon;
  readonly title: string;
  readonly text: string;
  readonly onClick: () => void;
}

function Step({ icon: Icon, title, text, onClick }: StepProps) {
  return (
    <li>
      <button type="button" className={styles.step} onClick={onClick}>
        <span className={styles.icon}>
          <Icon size={18} aria-hidden />
        </span>
        <span className={styles.what}>
          <span className={styles.name}>{title}</span>
          <span className={styles.hint}>{text}</span>
        </span>
      </button>
    </li>
  );
}
