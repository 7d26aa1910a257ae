import { strings } from "../../i18n";
import { status as t } from "../../i18n/en/status";
import { dndOf } from "../../state/dnd";
import { minutesUntilNine } from "../../state/status";
import { openModal } from "../app/modals";
import { useApp, useWorkspace } from "../hooks/app";
import { Modal, ModalBody } from "../ui";
import styles from "./status.module.css";

/** For how long notifications are to be quiet. */
export function PauseModal({ close }: { readonly close: () => void }) {
  const app = useApp();
  const w = useWorkspace();
  const dnd = dndOf(w);
  const now = () => new Date(w.platform.clock.now());
  const pause = (minutes: number) => {
    close();
    dnd.pause(minutes).then(
      () => app.toasts.show({ text: t.paused(dnd.timeOf(now().getTime() / 1000 + minutes * 60)) }),
      () => app.toasts.show({ text: strings.common.failed, tone: "danger" }),
    );
  };
  const choices: readonly (readonly [string, () => number])[] = [
    [t.minutes30, () => 30],
    [t.hour1, () => 60],
    [t.hours2, () => 120],
    [t.hours4, () => 240],
    [t.tomorrow, () => minutesUntilNine("tomorrow", now())],
    [t.monday, () => minutesUntilNine("monday", now())],
  ];
  return (
    <Modal title={t.pause} size="sm" onClose={close}>
      <ModalBody>
        <p className={styles.heading}>{t.pauseFor}</p>
        <ul>
          {choices.map(([label, minutes], i) => (
            <li key={label}>
              <button
                type="button"
                className={styles.preset}
                data-autofocus={i === 0 || undefined}
                onClick={() => pause(minutes())}
              >
                {label}
              </button>
            </li>
          ))}
          <li>
            <button
              type="button"
              className={styles.preset}
              onClick={() => {
                close();
                openModal(app, "pick_time", {
                  title: t.pauseUntil,
                  action: t.pause,
                  onPick: (at) => pause(Math.max(1, Math.round(at / 60 - now().getTime() / 60_000))),
                });
              }}
            >
              {t.until}
            </button>
          </li>
        </ul>
      </ModalBody>
    </Modal>
  );
}
