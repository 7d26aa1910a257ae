import { type FormEvent, useCallback, useEffect, useId, useRef, useState } from "react";
import { admin } from "../../i18n/admin";
import { errors } from "../../i18n/errors";
import { type AdminApps, type Bot, type BotToken, commonScopes } from "../../state/admin_apps";
import { codeOf } from "../../state/remote";
import { dateOfSeconds } from "../../state/when";
import type { Channel } from "../../wire/objects";
import { openModal } from "../app/modals";
import { useApp } from "../hooks/app";
import { Fault } from "../listing/failure";
import { useDoing, useTry } from "../listing/use_try";
import { useWhen } from "../listing/use_when";
import { ChannelPicker } from "../pickers/channel_picker";
import { Button, Checkbox, Field, Modal, ModalBody, RadioGroup, RowText, SkeletonRows, TextInput } from "../ui";
import styles from "./admin.module.css";
import { asBotHandle } from "./as_handle";
import { Secret } from "./secret";

const s = admin.bots;

export interface CreateBotModalProps {
  readonly apps: AdminApps;
  readonly close: () => void;
  /** Its tokens come next. */
  readonly onMade: (bot: Bot) => void;
}

export function CreateBotModal({ apps, close, onMade }: CreateBotModalProps) {
  const form = useId();
  const doing = useDoing();
  const [name, setName] = useState("");
  const [realName, setRealName] = useState("");
  const [missing, setMissing] = useState(false);
  const handle = useRef<HTMLInputElement>(null);
  const submit = (e: FormEvent) => {
    e.preventDefault();
    if (name.trim() === "") {
      setMissing(true);
      handle.current?.focus();
    } else void doing.run(async () => onMade(await apps.createBot(name.trim(), realName.trim())));
  };
  return (
    <Modal
      title={s.create}
      size="sm"
      onClose={close}
      footer={
        <>
          <Button onClick={close}>{admin.cancel}</Button>
          <Button tone="primary" type="submit" form={form} busy={doing.busy}>
            {s.create}
          </Button>
        </>
      }
    >
      <ModalBody>
        <form id={form} className={styles.form} onSubmit={submit}>
          <Field label={s.realName} hint={s.realNameHint}>
            {(control) => (
              <TextInput
                {...control}
                data-autofocus
                maxLength={80}
                value={realName}
                onChange={(e) => {
                  const text = e.currentTarget.value;
                  // The handle follows the name until somebody writes it.
                  if (name === asBotHandle(realName)) setName(asBotHandle(text));
                  setRealName(text);
                }}
              />
            )}
          </Field>
          <Field label={s.name} hint={s.nameHint} error={missing && name === "" ? s.nameMissing : doing.fault}>
            {(control) => (
              <TextInput
                {...control}
                ref={handle}
                autoComplete="off"
                spellCheck={false}
                value={name}
                onChange={(e) => setName(e.currentTarget.value.toLowerCase().replace(/\s+/g, "-"))}
              />
            )}
          </Field>
        </form>
      </ModalBody>
    </Modal>
  );
}

/** A bot's tokens: what they may do, and a new one, which is told once. */
export function TokensModal({
  apps,
  bot,
  close,
}: {
  readonly apps: AdminApps;
  readonly bot: Bot;
  readonly close: () => void;
}) {
  const [tokens, setTokens] = useState<readonly BotToken[]>();
  const [fault, setFault] = useState<string>();
  const load = useCallback(async () => {
    try {
      setTokens(await apps.tokens(bot.id));
    } catch (error) {
      setFault(errors.explain(codeOf(error)));
    }
  }, [apps, bot.id]);
  useEffect(() => void load(), [load]);
  return (
    <Modal title={`${bot.name}: ${s.tokens}`} onClose={close}>
      <ModalBody className={styles.form}>
        <Fault text={fault} />
        {tokens === undefined && fault === undefined && <SkeletonRows rows={2} />}
        {tokens?.length === 0 && <p>{s.noTokens}</p>}
        {tokens !== undefined && tokens.length > 0 && (
          <ul className={styles.inset}>
            {tokens.map((token) => (
              <TokenRow key={token.id} apps={apps} bot={bot} token={token} onGone={() => void load()} />
            ))}
          </ul>
        )}
        <NewToken apps={apps} bot={bot} onMade={() => void load()} />
      </ModalBody>
    </Modal>
  );
}

interface TokenRowProps {
  readonly apps: AdminApps;
  readonly bot: Bot;
  readonly token: BotToken;
  readonly onGone: () => void;
}

function TokenRow({ apps, bot, token, onGone }: TokenRowProps) {
  const app = useApp();
  const when = useWhen();
  const attempt = useTry();
  const all = token.scopes.includes("*") || token.scopes.length === 0;
  const revoke = () =>
    openModal(app, "confirm", {
      title: s.revokeSure,
      text: s.revokeText,
      action: s.revokeToken,
      danger: true,
      onConfirm: () =>
        void attempt(async () => {
          await apps.revokeToken(bot.id, token.id);
          onGone();
        }),
    });
  return (
    <li className={styles.insetRow}>
      <RowText name={all ? s.allOf : token.scopes.join(", ")}>
        {s.created(when.momentInside(dateOfSeconds(token.date_create)))}
      </RowText>
      <Button size="sm" onClick={revoke}>
        {s.revokeToken}
      </Button>
    </li>
  );
}

function NewToken({ apps, bot, onMade }: { readonly apps: AdminApps; readonly bot: Bot; readonly onMade: () => void }) {
  const doing = useDoing();
  const [kind, setKind] = useState<"all" | "some">("some");
  const [scopes, setScopes] = useState<readonly string[]>(["chat:write", "users:read"]);
  const [token, setToken] = useState<string>();
  const make = () =>
    doing.run(async () => {
      setToken(await apps.createToken(bot.id, kind === "all" ? [] : scopes));
      onMade();
    });
  if (token !== undefined) return <Secret text={token} />;
  return (
    <>
      <RadioGroup
        label={s.scopes}
        value={kind}
        onChange={setKind}
        options={[
          { value: "some", label: s.someScopes },
          { value: "all", label: s.allScopes },
        ]}
      />
      {kind === "some" && (
        <div className={styles.scopes}>
          {commonScopes.map((scope) => (
            <Checkbox
              key={scope}
              label={<code>{scope}</code>}
              checked={scopes.includes(scope)}
              onChange={(on) => setScopes(on ? [...scopes, scope] : scopes.filter((other) => other !== scope))}
            />
          ))}
        </div>
      )}
      <Fault text={doing.fault} />
      <div className={styles.line}>
        <Button
          tone="primary"
          busy={doing.busy}
          disabled={kind === "some" && scopes.length === 0}
          onClick={() => void make()}
        >
          {s.addToken}
        </Button>
      </div>
    </>
  );
}

/** An address that posts into a channel; it is told once. */
export function CreateWebhookModal({ apps, close }: { readonly apps: AdminApps; readonly close: () => void }) {
  const form = useId();
  const doing = useDoing();
  const [chosen, setChosen] = useState<readonly Channel[]>([]);
  const [name, setName] = useState("");
  const [url, setURL] = useState<string>();
  const submit = (e: FormEvent) => {
    e.preventDefault();
    const [channel] = chosen;
    if (channel !== undefined) void doing.run(async () => setURL(await apps.createWebhook(channel.id, name.trim())));
  };
  return (
    <Modal
      title={s.createWebhook}
      onClose={close}
      footer={
        url === undefined && (
          <>
            <Button onClick={close}>{admin.cancel}</Button>
            <Button tone="primary" type="submit" form={form} busy={doing.busy} disabled={chosen.length === 0}>
              {s.createWebhook}
            </Button>
          </>
        )
      }
    >
      <ModalBody>
        {url === undefined ? (
          <form id={form} className={styles.form} onSubmit={submit}>
            <Field label={s.channel}>
              {(control) => <ChannelPicker {...control} chosen={chosen} onChange={setChosen} most={1} autoFocus />}
            </Field>
            <Field label={s.webhookName} hint={s.webhookNameHint} error={doing.fault}>
              {(control) => (
                <TextInput {...control} maxLength={80} value={name} onChange={(e) => setName(e.currentTarget.value)} />
              )}
            </Field>
          </form>
        ) : (
          <Secret text={url} />
        )}
      </ModalBody>
    </Modal>
  );
}
