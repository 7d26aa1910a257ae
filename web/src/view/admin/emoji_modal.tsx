import { ImageUp } from "lucide-react";
import { type DragEvent, type FormEvent, useEffect, useId, useRef, useState } from "react";
import { admin } from "../../i18n/admin";
import { type AdminEmoji, asEmojiName } from "../../state/admin_emoji";
import { useApp } from "../hooks/app";
import { Fault } from "../listing/failure";
import { useDoing } from "../listing/use_try";
import { Button, cx, Field, Modal, ModalBody, Tabs, TextInput } from "../ui";
import styles from "./admin.module.css";

const s = admin.emoji;
type Kind = "picture" | "alias";

/** A picture under a name, or another name for an emoji. */
export function EmojiModal({ own, close }: { readonly own: AdminEmoji; readonly close: () => void }) {
  const app = useApp();
  const form = useId();
  const doing = useDoing();
  const [kind, setKind] = useState<Kind>("picture");
  const [name, setName] = useState("");
  const [alias, setAlias] = useState("");
  const [picture, setPicture] = useState<File>();
  const ready = name !== "" && (kind === "picture" ? picture !== undefined : alias !== "");
  const submit = async (e: FormEvent) => {
    e.preventDefault();
    const add = async () => {
      if (kind === "alias") await own.addAlias(name, alias.replaceAll(":", "").trim());
      else if (picture !== undefined) await own.addPicture(name, picture);
    };
    if (!(await doing.run(add))) return;
    app.toasts.show({ text: s.added(name), tone: "success" });
    close();
  };
  const choose = (file: File) => {
    setPicture(file);
    doing.clear();
    if (name === "") setName(asEmojiName(file.name));
  };
  return (
    <Modal
      title={s.add}
      onClose={close}
      footer={
        <>
          <Button onClick={close}>{admin.cancel}</Button>
          <Button tone="primary" type="submit" form={form} busy={doing.busy} disabled={!ready}>
            {s.add}
          </Button>
        </>
      }
    >
      <ModalBody>
        <form id={form} className={styles.form} onSubmit={(e) => void submit(e)}>
          <Tabs<Kind>
            label={s.kind}
            value={kind}
            onChange={setKind}
            tabs={(["picture", "alias"] as const).map((value) => ({ value, label: s.kinds[value] }))}
            panelClassName={styles.form}
          >
            {kind === "picture" && <PictureDrop picture={picture} onChoose={choose} />}
            <Field label={s.name} hint={s.nameHint}>
              {(control) => (
                <TextInput
                  {...control}
                  autoComplete="off"
                  spellCheck={false}
                  value={name}
                  onChange={(e) => setName(asEmojiName(e.currentTarget.value))}
                />
              )}
            </Field>
            {kind === "alias" && (
              <Field label={s.alias} hint={s.aliasHint}>
                {(control) => (
                  <TextInput
                    {...control}
                    autoComplete="off"
                    spellCheck={false}
                    value={alias}
                    onChange={(e) => setAlias(e.currentTarget.value)}
                  />
                )}
              </Field>
            )}
          </Tabs>
          <Fault text={doing.fault} />
        </form>
      </ModalBody>
    </Modal>
  );
}

function PictureDrop({
  picture,
  onChoose,
}: {
  readonly picture: File | undefined;
  readonly onChoose: (file: File) => void;
}) {
  const input = useRef<HTMLInputElement>(null);
  const [over, setOver] = useState(false);
  const [url, setURL] = useState<string>();
  useEffect(() => {
    if (picture === undefined) return;
    const made = URL.createObjectURL(picture);
    setURL(made);
    return () => URL.revokeObjectURL(made);
  }, [picture]);
  const drag = (on: boolean) => (e: DragEvent) => {
    e.preventDefault();
    setOver(on);
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: a second way to what the button does
    <div
      className={cx(styles.drop, over && styles.over)}
      onDragOver={drag(true)}
      onDragLeave={drag(false)}
      onDrop={(e) => {
        drag(false)(e);
        const [file] = e.dataTransfer.files;
        if (file !== undefined) onChoose(file);
      }}
    >
      <span className={styles.preview}>
        {url === undefined ? <ImageUp size={24} aria-hidden /> : <img src={url} alt="" />}
      </span>
      <span className={styles.text}>
        <input
          ref={input}
          type="file"
          accept="image/png,image/gif,image/jpeg,image/webp"
          hidden
          onChange={(e) => {
            const file = e.currentTarget.files?.[0];
            e.currentTarget.value = "";
            if (file !== undefined) onChoose(file);
          }}
        />
        <span>
          <Button size="sm" data-autofocus onClick={() => input.current?.click()}>
            {s.choose}
          </Button>
        </span>
        <span className={styles.hint}>{s.chooseHint}</span>
      </span>
    </div>
  );
}
