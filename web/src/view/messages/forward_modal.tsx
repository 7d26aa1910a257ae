// Passes a message on to other conversations, with a word of one's own.

import { useMemo, useState } from "react";
import { strings } from "../../i18n";
import { channelTitle } from "../../state/channel_title";
import { forward, permalink, type Source } from "../../state/message_actions";
import type { Workspace } from "../../state/workspace";
import type { Channel, ChannelID, Message } from "../../wire/objects";
import { useApp, useWorkspace } from "../hooks/app";
import { useComputed } from "../hooks/use_computed";
import { useValue } from "../hooks/use_value";
import { Picker } from "../pickers/picker";
import { ChannelIcon } from "../shell/channel_icon";
import { Button, Field, Modal, ModalBody, TextArea } from "../ui";
import { authorOf } from "./author";
import { Body } from "./body";
import styles from "./forward_modal.module.css";

export interface ForwardModalProps {
  readonly channel: ChannelID;
  readonly message: Message;
  readonly close: () => void;
}

const offered = 8;
const maxTargets = 10;

export function ForwardModal({ channel, message, close }: ForwardModalProps) {
  const app = useApp();
  const w = useWorkspace();
  const [to, setTo] = useState<readonly Channel[]>([]);
  const [text, setText] = useState("");
  const find = useTargets();
  const send = () => {
    const ids = to.map((c) => c.id);
    forward(w, message, sourceOf(w, channel, message), ids, text.trim());
    app.toasts.show({ text: strings.messages.forwarded, tone: "success" });
    close();
  };
  return (
    <Modal
      title={strings.messages.forwardTitle}
      onClose={close}
      footer={
        <>
          <Button onClick={close}>{strings.common.cancel}</Button>
          <Button tone="primary" disabled={to.length === 0} onClick={send}>
            {strings.messages.forwardAction}
          </Button>
        </>
      }
    >
      <ModalBody className={styles.body}>
        <Field label={strings.messages.forwardTo}>
          {(field) => (
            <Picker
              {...field}
              label={strings.messages.forwardTo}
              placeholder={strings.messages.forwardPlaceholder}
              chosen={to}
              onChange={setTo}
              keyOf={(c) => c.id}
              nameOf={(c) => titleOf(w, c)}
              find={(typed) => (typed === "" && to.length > 0 ? [] : find(typed))}
              none={strings.messages.forwardPlaceholder}
              sign={(c) => <ChannelIcon channel={c} />}
              row={(c) => <TargetRow channel={c} />}
              most={maxTargets}
              autoFocus
            />
          )}
        </Field>
        <Field label={strings.messages.forwardNote}>
          {(field) => (
            <TextArea {...field} rows={2} value={text} maxLength={4_000} onChange={(e) => setText(e.target.value)} />
          )}
        </Field>
        <Preview message={message} />
      </ModalBody>
    </Modal>
  );
}

function titleOf(w: Workspace, c: Channel): string {
  const title = channelTitle(w, c);
  return c.is_im || c.is_mpim ? title : `#${title}`;
}

/** Conversations whose names hold what is typed, those that begin with it first. */
function useTargets(): (text: string) => readonly Channel[] {
  const w = useWorkspace();
  const mine = useValue(w.channels.list);
  const named = useComputed(() => w.channels.list.value.map((c) => channelTitle(w, c).toLowerCase()).join("\n"), [w]);
  return useMemo(() => {
    const names = named.split("\n");
    return (typed) => {
      const text = typed.toLowerCase().replace(/^[#@]/, "");
      const found = mine.flatMap((c, i) => {
        const at = (names[i] ?? "").indexOf(text);
        return at < 0 || c.is_archived ? [] : [{ c, at, name: names[i] ?? "" }];
      });
      found.sort((a, b) => Math.min(a.at, 1) - Math.min(b.at, 1) || a.name.localeCompare(b.name));
      return found.slice(0, offered + maxTargets).map(({ c }) => c);
    };
  }, [mine, named]);
}

function TargetRow({ channel }: { readonly channel: Channel }) {
  const w = useWorkspace();
  const title = useComputed(() => channelTitle(w, channel), [w, channel]);
  return (
    <span className={styles.target}>
      <ChannelIcon channel={channel} />
      <span className={styles.targetName}>{title}</span>
    </span>
  );
}

function Preview({ message }: { readonly message: Message }) {
  const w = useWorkspace();
  const user = useValue(w.users.get(message.user ?? ""));
  return (
    <div className={styles.preview}>
      <span className={styles.edge} aria-hidden />
      <div className={styles.said} inert>
        <div className={styles.author}>{authorOf(message, user).name}</div>
        <Body message={message} />
      </div>
    </div>
  );
}

function sourceOf(w: Workspace, channel: ChannelID, m: Message): Source {
  const author = authorOf(m, m.user === undefined ? undefined : w.users.get(m.user).peek());
  const c = w.channels.get(channel).peek();
  return {
    channel,
    // A conversation of few people is not named to others.
    channelName: c?.is_im || c?.is_mpim ? "" : (c?.name ?? ""),
    author: author.name,
    icon: author.image?.startsWith("http") ? author.image : undefined,
    link: permalink(window.location.origin, channel, m),
  };
}
