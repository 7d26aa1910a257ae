import { type ChangeEvent, type FormEvent, useId, useRef, useState } from "react";
import { strings } from "../../i18n";
import { directory } from "../../i18n/directory";
import { useApp, useWorkspace } from "../hooks/app";
import { useValue } from "../hooks/use_value";
import { Fault } from "../listing/failure";
import { pictureOf } from "../listing/person";
import { useDoing } from "../listing/use_try";
import { Avatar, Button, Field, Modal, ModalBody, TextInput } from "../ui";
import styles from "./profile_edit.module.css";

const s = directory.editProfile;

const fields = ["real_name", "display_name", "title", "pronouns", "phone", "start_date"] as const;
type FieldName = (typeof fields)[number];

const labels: Record<
  FieldName,
  { readonly label: string; readonly hint?: string; readonly type?: string; readonly most: number }
> = {
  real_name: { label: s.fullName, most: 80 },
  display_name: { label: s.displayName, hint: s.displayNameHint, most: 80 },
  title: { label: s.jobTitle, hint: s.jobTitleHint, most: 255 },
  pronouns: { label: s.pronouns, most: 40 },
  phone: { label: s.phone, type: "tel", most: 50 },
  start_date: { label: s.startDate, type: "date", most: 10 },
};

/** One's own name, title, picture and the like. */
export function ProfileEditModal({ close }: { readonly close: () => void }) {
  const app = useApp();
  const workspace = useWorkspace();
  const self = useValue(workspace.self);
  const form = useId();
  const doing = useDoing();
  const [values, setValues] = useState<Record<FieldName, string>>(() => {
    const { profile } = workspace.self.peek();
    return {
      real_name: profile.real_name,
      display_name: profile.display_name,
      title: profile.title ?? "",
      pronouns: profile.pronouns ?? "",
      phone: profile.phone ?? "",
      start_date: profile.start_date ?? "",
    };
  });
  const save = async (e: FormEvent) => {
    e.preventDefault();
    if (await doing.run(() => workspace.api.call("users.profile.set", { profile: values }))) {
      app.toasts.show({ text: s.saved, tone: "success" });
      close();
    }
  };
  return (
    <Modal
      title={s.title}
      onClose={close}
      footer={
        <>
          <Button onClick={close}>{strings.common.cancel}</Button>
          <Button tone="primary" type="submit" form={form} busy={doing.busy} disabled={values.real_name.trim() === ""}>
            {strings.common.save}
          </Button>
        </>
      }
    >
      <ModalBody>
        <form id={form} className={styles.form} onSubmit={(e) => void save(e)}>
          <div className={styles.photo}>
            <Avatar src={pictureOf(self, 72)} name={values.real_name} size={72} />
            <Photo custom={self.profile.is_custom_image === true} />
          </div>
          {fields.map((name) => (
            <Field key={name} label={labels[name].label} hint={labels[name].hint}>
              {(control) => (
                <TextInput
                  {...control}
                  type={labels[name].type ?? "text"}
                  maxLength={labels[name].most}
                  data-autofocus={name === "real_name" || undefined}
                  value={values[name]}
                  onChange={(e) => setValues({ ...values, [name]: e.currentTarget.value })}
                />
              )}
            </Field>
          ))}
          <Fault text={doing.fault} />
        </form>
      </ModalBody>
    </Modal>
  );
}

/** A picture is changed at once, not when the rest is saved. */
function Photo({ custom }: { readonly custom: boolean }) {
  const workspace = useWorkspace();
  const doing = useDoing();
  const input = useRef<HTMLInputElement>(null);
  const choose = (e: ChangeEvent<HTMLInputElement>) => {
    const image = e.currentTarget.files?.[0];
    e.currentTarget.value = "";
    if (image !== undefined) void doing.run(() => workspace.api.form("users.setPhoto", { image }));
  };
  return (
    <div className={styles.photoText}>
      <div className={styles.photoButtons}>
        <input ref={input} type="file" accept="image/png,image/jpeg,image/gif,image/webp" hidden onChange={choose} />
        <Button size="sm" busy={doing.busy} onClick={() => input.current?.click()}>
          {s.upload}
        </Button>
        {custom && (
          <Button size="sm" tone="quiet" onClick={() => void doing.run(() => workspace.api.call("users.deletePhoto"))}>
            {s.removePhoto}
          </Button>
        )}
      </div>
      <p className={styles.hint}>{s.photoHint}</p>
      <Fault text={doing.fault} />
    </div>
  );
}
