import { useState } from "react";
import { strings } from "../../i18n";
import { Button, Field, Modal, ModalBody, TextInput } from "../ui";
import styles from "./link_dialog.module.css";
import type { LinkAt } from "./message_editor";
import { webLink } from "./schema";

export interface LinkDialogProps {
  readonly link: LinkAt;
  readonly onSave: (link: LinkAt) => void;
  readonly close: () => void;
}

/** A link's text and address. */
export function LinkDialog({ link, onSave, close }: LinkDialogProps) {
  const [text, setText] = useState(link.text);
  const [href, setHref] = useState(link.href);
  const [bad, setBad] = useState(false);
  const save = () => {
    const address = webLink(href);
    if (!address) {
      setBad(true);
      return;
    }
    close();
    onSave({ ...link, text: text.trim() || href.trim(), href: address });
  };
  return (
    <Modal
      title={strings.composer.linkTitle}
      size="sm"
      onClose={close}
      footer={
        <>
          {link.href && (
            <Button
              tone="quiet"
              onClick={() => {
                close();
                onSave({ ...link, href: "" });
              }}
            >
              {strings.composer.linkRemove}
            </Button>
          )}
          <Button onClick={close}>{strings.common.cancel}</Button>
          <Button tone="primary" onClick={save}>
            {strings.composer.linkSave}
          </Button>
        </>
      }
    >
      <ModalBody>
        <form
          className={styles.form}
          onSubmit={(e) => {
            e.preventDefault();
            save();
          }}
        >
          <Field label={strings.composer.linkText}>
            {(control) => (
              <TextInput
                {...control}
                value={text}
                data-autofocus={link.text ? undefined : true}
                onChange={(e) => setText(e.target.value)}
              />
            )}
          </Field>
          <Field label={strings.composer.linkAddress} error={bad && strings.composer.linkBad}>
            {(control) => (
              <TextInput
                {...control}
                type="text"
                inputMode="url"
                value={href}
                data-autofocus={link.text ? true : undefined}
                onChange={(e) => {
                  setHref(e.target.value);
                  setBad(false);
                }}
              />
            )}
          </Field>
          <button type="submit" hidden />
        </form>
      </ModalBody>
    </Modal>
  );
}
