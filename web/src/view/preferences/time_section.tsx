import { preferences } from "../../i18n/en/preferences";
import { openModal } from "../app/modals";
import { useApp, useWorkspace } from "../hooks/app";
import { useComputed } from "../hooks/use_computed";
import { Button, Field, Select, Switch, TextInput } from "../ui";
import styles from "./preferences.module.css";
import { usePref } from "./use_pref";

const t = preferences.time;

const days = [
  { value: "every_day", label: t.everyDay },
  { value: "weekdays", label: t.weekdays },
] as const;

export function TimeSection() {
  const app = useApp();
  const w = useWorkspace();
  const [zone, setZone] = usePref("tz", "");
  const own = useComputed(() => w.self.value.tz ?? "", [w]);
  const [quiet, setQuiet] = usePref("dnd_enabled", false);
  const [when, setWhen] = usePref<string>("dnd_days", "every_day");
  const [from, setFrom] = usePref("dnd_start_hour", "22:00");
  const [to, setTo] = usePref("dnd_end_hour", "08:00");
  const current = zone || own || Intl.DateTimeFormat().resolvedOptions().timeZone;
  return (
    <>
      <div className={styles.group}>
        <Field label={t.zone} hint={t.zoneHint}>
          {(control) => <Select {...control} value={current} options={zones(current)} onChange={setZone} />}
        </Field>
      </div>
      <div className={styles.group}>
        <Switch label={t.quiet} hint={t.quietHint} checked={quiet} onChange={setQuiet} />
        {quiet && (
          <div className={styles.times}>
            <Field label={t.days}>
              {(control) => <Select {...control} value={when} options={days} onChange={setWhen} />}
            </Field>
            <Field label={t.from}>
              {(control) => (
                <TextInput
                  {...control}
                  type="time"
                  value={from}
                  onChange={(e) => e.currentTarget.value && setFrom(e.currentTarget.value)}
                />
              )}
            </Field>
            <Field label={t.to}>
              {(control) => (
                <TextInput
                  {...control}
                  type="time"
                  value={to}
                  onChange={(e) => e.currentTarget.value && setTo(e.currentTarget.value)}
                />
              )}
            </Field>
          </div>
        )}
        <div className={styles.actions}>
          <Button onClick={() => openModal(app, "pause")}>{t.pause}</Button>
        </div>
      </div>
    </>
  );
}

function zones(current: string): { value: string; label: string }[] {
  const all = new Set([current, ...Intl.supportedValuesOf("timeZone"), "UTC"]);
  return [...all].sort().map((value) => ({ value, label: value.replaceAll("_", " ") }));
}
