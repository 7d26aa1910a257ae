import { preferences } from "../../i18n/en/preferences";
import { channelTitle } from "../../state/channel_title";
import { type Level, levels, noticePrefs, setChannelLevel } from "../../state/notice_prefs";
import type { ChannelID } from "../../wire/objects";
import { useWorkspace } from "../hooks/app";
import { useComputed } from "../hooks/use_computed";
import { useValue } from "../hooks/use_value";
import { Modal, ModalBody, RadioGroup, Switch } from "../ui";
import styles from "./preferences.module.css";
import { useAttempt } from "./use_pref";

const t = preferences.channel;

/** What one conversation tells of. */
export function ChannelNoticesModal({ channel, close }: { readonly channel: ChannelID; readonly close: () => void }) {
  const w = useWorkspace();
  const attempt = useAttempt();
  const title = useComputed(() => channelTitle(w, w.channels.get(channel).value), [w, channel]);
  const { global, channels } = useValue(noticePrefs(w));
  const muted = useComputed(() => w.channels.muted.value.has(channel), [w, channel]);
  const options: { value: Level | "default"; label: string }[] = [
    { value: "default", label: t.asElsewhere(preferences.notifications[global]) },
    ...levels.map((value) => ({ value, label: t[value] })),
  ];
  return (
    <Modal title={t.title(title)} onClose={close}>
      <ModalBody>
        <div className={styles.group}>
          <RadioGroup
            label={t.level}
            value={channels.get(channel) ?? "default"}
            options={options}
            onChange={(value) => attempt(setChannelLevel(w, channel, value === "default" ? undefined : value))}
          />
        </div>
        <Switch
          label={t.mute}
          hint={t.muteHint}
          checked={muted}
          onChange={(on) => attempt(w.channels.mute(channel, on))}
        />
      </ModalBody>
    </Modal>
  );
}
