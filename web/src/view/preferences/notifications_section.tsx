import { useEffect, useState } from "react";
import { preferences } from "../../i18n/en/preferences";
import { channelTitle } from "../../state/channel_title";
import { type Level, levels, noticePrefs, setChannelLevel, setGlobalLevel } from "../../state/notice_prefs";
import type { ChannelID } from "../../wire/objects";
import { chime } from "../app/chime";
import { useApp, useWorkspace } from "../hooks/app";
import { useComputed } from "../hooks/use_computed";
import { useValue } from "../hooks/use_value";
import { Button, Field, RadioGroup, Select, Switch, TextInput } from "../ui";
import styles from "./preferences.module.css";
import { useAttempt, usePref } from "./use_pref";

const t = preferences.notifications;

export function NotificationsSection() {
  const w = useWorkspace();
  const attempt = useAttempt();
  const { global, channels } = useValue(noticePrefs(w));
  const [sound, setSound] = usePref("taut_sound", true);
  const [preview, setPreview] = usePref("taut_notice_text", true);
  return (
    <>
      <div className={styles.group}>
        <RadioGroup
          label={t.level}
          value={global}
          options={levels.map((value) => ({ value, label: t[value] }))}
          onChange={(level) => attempt(setGlobalLevel(w, level))}
        />
      </div>
      <div className={styles.group}>
        <Keywords />
      </div>
      <div className={styles.group}>
        <BrowserNotices />
        <Switch
          label={t.sound}
          checked={sound}
          onChange={(on) => {
            if (on) chime();
            setSound(on);
          }}
        />
        <Switch label={t.preview} checked={preview} onChange={setPreview} />
      </div>
      <div className={styles.group}>
        <h3 className={styles.heading}>{t.channels}</h3>
        {channels.size === 0 && <p className={styles.text}>{t.noChannels}</p>}
        <ul>
          {[...channels].map(([id, level]) => (
            <ChannelLevel key={id} id={id} level={level} />
          ))}
        </ul>
      </div>
    </>
  );
}

function Keywords() {
  const [words, setWords] = usePref("highlight_words", "");
  const [typed, setTyped] = useState(words);
  useEffect(() => setTyped(words), [words]);
  const save = () => {
    const list = typed
      .split(",")
      .map((word) => word.trim())
      .filter(Boolean)
      .join(",");
    if (list !== words) setWords(list);
  };
  return (
    <Field label={t.keywords} hint={t.keywordsHint}>
      {(control) => (
        <TextInput
          {...control}
          value={typed}
          placeholder={t.keywordsPlaceholder}
          maxLength={1000}
          dir="auto"
          onChange={(e) => setTyped(e.currentTarget.value)}
          onBlur={save}
          onKeyDown={(e) => e.key === "Enter" && save()}
        />
      )}
    </Field>
  );
}

type Permission = NotificationPermission | "unsupported";

function permissionNow(): Permission {
  return typeof Notification === "undefined" || !window.isSecureContext ? "unsupported" : Notification.permission;
}

function BrowserNotices() {
  const { platform } = useApp();
  const [permission, setPermission] = useState<Permission>(permissionNow);
  const texts = { granted: t.allowed, denied: t.denied, default: t.ask, unsupported: t.unsupported };
  return (
    <>
      <h3 className={styles.heading}>{t.desktop}</h3>
      <p className={styles.text}>{texts[permission]}</p>
      {permission === "default" && (
        <div className={styles.actions}>
          <Button tone="primary" onClick={() => void Notification.requestPermission().then(setPermission)}>
            {t.askButton}
          </Button>
        </div>
      )}
      {permission === "granted" && (
        <div className={styles.actions}>
          <Button
            size="sm"
            onClick={() =>
              platform.notify({
                title: t.testTitle,
                body: t.testBody,
                icon: "/icon-192.png",
                tag: "taut.test",
                silent: false,
                onClick: () => {},
              })
            }
          >
            {t.test}
          </Button>
        </div>
      )}
    </>
  );
}

function ChannelLevel({ id, level }: { readonly id: ChannelID; readonly level: Level }) {
  const w = useWorkspace();
  const attempt = useAttempt();
  const title = useComputed(() => channelTitle(w, w.channels.get(id).value), [w, id]);
  const options = [
    { value: "", label: t.asElsewhere },
    ...levels.map((value) => ({ value: value as string, label: t[value] as string })),
  ];
  return (
    <li className={styles.row}>
      <span dir="auto">{title || id}</span>
      <Select
        aria-label={title}
        value={level}
        options={options}
        onChange={(value) =>
          attempt(
            setChannelLevel(
              w,
              id,
              levels.find((l) => l === value),
            ),
          )
        }
      />
    </li>
  );
}
