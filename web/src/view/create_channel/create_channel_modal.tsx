import { Hash, Lock } from "lucide-react";
import { type FormEvent, useEffect, useId, useMemo, useState } from "react";
import { strings } from "../../i18n";
import { directory } from "../../i18n/directory";
import { errors } from "../../i18n/errors";
import { maxChannelName } from "../../state/channel_name";
import { CreateChannel } from "../../state/create_channel";
import type { Channel, User } from "../../wire/objects";
import { useApp, useWorkspace } from "../hooks/app";
import { useValue } from "../hooks/use_value";
import { Fault } from "../listing/failure";
import { useDoing } from "../listing/use_try";
import { PeoplePicker } from "../pickers/people_picker";
import { Button, Field, Modal, ModalBody, RadioGroup, TextInput } from "../ui";
import styles from "./create_channel.module.css";

const s = directory.create;

/** First the channel's name and who may see it, then who comes with one. */
export function CreateChannelModal({ close }: { readonly close: () => void }) {
  const app = useApp();
  const [made, setMade] = useState<Channel>();
  const done = (channel: Channel) => {
    close();
    app.navigate({ main: { type: "channel", channel: channel.id } });
  };
  if (made === undefined) return <MakeStep close={close} onMade={setMade} />;
  return <PeopleStep channel={made} close={() => done(made)} />;
}

function MakeStep({ close, onMade }: { readonly close: () => void; readonly onMade: (channel: Channel) => void }) {
  const workspace = useWorkspace();
  const form = useId();
  const making = useMemo(
    () => new CreateChannel(workspace.api, (name) => workspace.channels.list.peek().some((c) => c.name === name)),
    [workspace],
  );
  const team = useValue(workspace.team);
  const name = useValue(making.name);
  const isPrivate = useValue(making.isPrivate);
  const fault = useValue(making.fault);
  const busy = useValue(making.busy);
  const [purpose, setPurpose] = useState("");
  const nameFault = typeof fault === "string" ? s.faults[fault] : undefined;
  const submit = async (e: FormEvent) => {
    e.preventDefault();
    const channel = await making.create(purpose);
    if (channel === undefined) return;
    workspace.channels.put([{ ...channel, is_member: true }]);
    onMade(channel);
  };
  const Icon = isPrivate ? Lock : Hash;
  return (
    <Modal
      title={s.title}
      onClose={close}
      footer={
        <>
          <Button onClick={close}>{strings.common.cancel}</Button>
          <Button tone="primary" type="submit" form={form} busy={busy} disabled={name === ""}>
            {s.create}
          </Button>
        </>
      }
    >
      <ModalBody>
        <form id={form} className={styles.form} onSubmit={(e) => void submit(e)}>
          <Field label={s.name} hint={s.hint} error={nameFault}>
            {(control) => (
              <span className={styles.name}>
                <Icon size={16} aria-hidden />
                <TextInput
                  {...control}
                  data-autofocus
                  autoComplete="off"
                  spellCheck={false}
                  placeholder={s.placeholder}
                  value={name}
                  onChange={(e) => making.type(e.currentTarget.value)}
                />
                <span className={styles.left} aria-hidden>
                  {s.left(maxChannelName - [...name].length)}
                </span>
              </span>
            )}
          </Field>
          <Field label={s.purpose} hint={s.purposeHint}>
            {(control) => (
              <TextInput
                {...control}
                maxLength={250}
                value={purpose}
                onChange={(e) => setPurpose(e.currentTarget.value)}
              />
            )}
          </Field>
          <RadioGroup
            label={s.visibility}
            value={isPrivate ? "private" : "public"}
            onChange={(value) => {
              making.isPrivate.value = value === "private";
            }}
            options={[
              { value: "public", label: s.public(team.name), hint: s.publicHint },
              { value: "private", label: s.private, hint: s.privateHint },
            ]}
          />
          <Fault text={typeof fault === "object" ? errors.explain(fault.code) : undefined} />
        </form>
      </ModalBody>
    </Modal>
  );
}

/** How many people "all of them" may be to be offered. */
const mostAtOnce = 500;

function PeopleStep({ channel, close }: { readonly channel: Channel; readonly close: () => void }) {
  const workspace = useWorkspace();
  const form = useId();
  const doing = useDoing();
  const [chosen, setChosen] = useState<readonly User[]>([]);
  const users = useValue(useMemo(() => workspace.users.all(), [workspace]));
  useEffect(() => void workspace.users.load(), [workspace]);
  const self = useValue(workspace.self);
  const all = users.filter(
    (u) =>
      u.deleted !== true &&
      u.is_bot !== true &&
      u.id !== self.id &&
      u.is_restricted !== true &&
      u.is_ultra_restricted !== true &&
      u.id !== "USLACKBOT",
  );
  const add = (people: readonly User[]) =>
    doing.run(async () => {
      await workspace.channels.invite(
        channel.id,
        people.map((user) => user.id),
      );
      close();
    });
  return (
    <Modal
      title={directory.add.title(channel.name ?? "")}
      onClose={close}
      footer={
        <>
          <Button onClick={close}>{s.skip}</Button>
          <Button tone="primary" type="submit" form={form} busy={doing.busy} disabled={chosen.length === 0}>
            {s.add}
          </Button>
        </>
      }
    >
      <ModalBody>
        <form
          id={form}
          className={styles.form}
          onSubmit={(e) => {
            e.preventDefault();
            void add(chosen);
          }}
        >
          <Field label={s.people} hint={s.peopleHint}>
            {(control) => (
              <PeoplePicker
                {...control}
                chosen={chosen}
                onChange={setChosen}
                without={new Set([self.id])}
                bots
                autoFocus
              />
            )}
          </Field>
          {all.length > 0 && all.length <= mostAtOnce && (
            <Button className={styles.all} disabled={doing.busy} onClick={() => void add(all)}>
              {s.addAll(all.length)}
            </Button>
          )}
          <Fault text={doing.fault} />
        </form>
      </ModalBody>
    </Modal>
  );
}
