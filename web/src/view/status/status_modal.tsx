import { Smile } from "lucide-react";
import { type FormEvent, lazy, Suspense, useId, useState } from "react";
import { strings } from "../../i18n";
import { status as t } from "../../i18n/en/status";
import { statusOf } from "../../state/profile";
import { endOf, type Lifetime, lifetimes, setStatus } from "../../state/status";
import { timeOf } from "../../state/when";
import { Emoji } from "../emoji/emoji";
import { useApp, useWorkspace } from "../hooks/app";
import { Button, Field, Modal, ModalBody, Select, TextInput, useAnchor } from "../ui";
import styles from "./status.module.css";

const EmojiPicker = lazy(() => import("../emoji/emoji_picker").then((m) => ({ default: m.EmojiPicker })));

const longest = 100;

/** What a person is doing just now, and for how long. */
export function StatusModal({ close }: { readonly close: () => void }) {
  const app = useApp();
  const w = useWorkspace();
  const form = useId();
  const now = w.platform.clock.now();
  const before = statusOf(w.self.peek(), now);
  const [emoji, setEmoji] = useState(before?.emoji ?? "");
  const [text, setText] = useState(before?.text ?? "");
  const [after, setAfter] = useState<Lifetime | "kept">(before?.until ? "kept" : "never");
  const picker = useAnchor();
  const save = (e?: FormEvent) => {
    e?.preventDefault();
    const set = emoji !== "" || text.trim() !== "";
    const until = after === "kept" ? (before?.until ?? 0) : endOf(after, new Date(w.platform.clock.now()));
    close();
    setStatus(w, set ? emoji || "speech_balloon" : "", text.trim(), set ? until : 0).then(
      () => app.toasts.show({ text: set ? t.saved : t.cleared }),
      () => app.toasts.show({ text: strings.common.failed, tone: "danger" }),
    );
  };
  const options: { value: string; label: string }[] = lifetimes.map((l) => ({ value: l, label: t[l] }));
  if (before?.until) {
    const hour12 = !w.prefs.get("time24", false).peek();
    options.unshift({ value: "kept", label: t.at(timeOf(new Date(before.until * 1000), { hour12 })) });
  }
  return (
    <Modal
      title={t.title}
      onClose={close}
      footer={
        <>
          {before && (
            <Button
              tone="quiet"
              onClick={() => {
                close();
                setStatus(w, "", "", 0).then(
                  () => app.toasts.show({ text: t.cleared }),
                  () => app.toasts.show({ text: strings.common.failed, tone: "danger" }),
                );
              }}
            >
              {t.clear}
            </Button>
          )}
          <Button tone="primary" type="submit" form={form}>
            {t.save}
          </Button>
        </>
      }
    >
      <ModalBody className={styles.body}>
        <form id={form} onSubmit={save} className={styles.body}>
          <div className={styles.input}>
            <button
              type="button"
              className={styles.emoji}
              aria-label={t.emoji}
              onClick={(e) => picker.toggle(e.currentTarget)}
            >
              {emoji ? <Emoji name={emoji} size={20} /> : <Smile size={20} aria-hidden />}
            </button>
            <Field label={t.text} hideLabel>
              {(control) => (
                <TextInput
                  {...control}
                  value={text}
                  maxLength={longest}
                  placeholder={t.text}
                  onChange={(e) => setText(e.currentTarget.value)}
                  data-autofocus
                  dir="auto"
                />
              )}
            </Field>
          </div>
          <Field label={t.clearAfter}>
            {(control) => (
              <Select
                {...control}
                value={after}
                options={options}
                onChange={(value) => setAfter(value as Lifetime | "kept")}
              />
            )}
          </Field>
        </form>
        <div>
          <h3 className={styles.heading}>{t.suggestions}</h3>
          <ul>
            {t.presets.map((p) => (
              <li key={p.text}>
                <button
                  type="button"
                  className={styles.preset}
                  onClick={() => {
                    setEmoji(p.emoji);
                    setText(p.text);
                    setAfter(p.after);
                  }}
                >
                  <Emoji name={p.emoji} size={20} decorative />
                  <span>{p.text}</span>
                  <span className={styles.when}>{p.after === "never" ? t.never : t[p.after]}</span>
                </button>
              </li>
            ))}
          </ul>
        </div>
      </ModalBody>
      {picker.anchor && (
        <Suspense>
          <EmojiPicker
            anchor={picker.anchor}
            onPick={(name) => setEmoji(name)}
            onClose={picker.close}
            placement="bottom-start"
          />
        </Suspense>
      )}
    </Modal>
  );
}
