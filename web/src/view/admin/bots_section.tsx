import { Bot as BotIcon, Ellipsis, KeyRound, Plus, UserX, Webhook as WebhookIcon } from "lucide-react";
import { useEffect, useMemo, useState } from "react";
import { admin } from "../../i18n/admin";
import { AdminApps, type Bot, type Webhook } from "../../state/admin_apps";
import { dateOfSeconds } from "../../state/when";
import { openModal } from "../app/modals";
import { useApp, useWorkspace } from "../hooks/app";
import { PagedList } from "../listing/paged_list";
import { PersonAvatar, useUser } from "../listing/person";
import { PlaceLink } from "../listing/place";
import { useTry } from "../listing/use_try";
import { useWhen } from "../listing/use_when";
import { Button, Chip, cx, EmptyState, IconButton, Menu, MenuItem, MenuSeparator, RowText, useAnchor } from "../ui";
import styles from "./admin.module.css";
import { CreateBotModal, CreateWebhookModal, TokensModal } from "./bot_modals";
import { SectionHead } from "./section_head";

const s = admin.bots;
type Open = { readonly dialog: "bot" | "webhook" } | { readonly dialog: "tokens"; readonly bot: Bot };

/** Bots with their tokens, and webhooks. */
export function BotsSection() {
  const workspace = useWorkspace();
  const apps = useMemo(() => new AdminApps(workspace.api), [workspace]);
  const [open, setOpen] = useState<Open>();
  const close = () => setOpen(undefined);
  useEffect(() => {
    void apps.bots.load();
    void apps.webhooks.load();
    return () => apps.close();
  }, [apps]);
  return (
    <>
      <SectionHead section="bots" />
      <div className={styles.scroll}>
        <div className={styles.subhead}>
          <h3>{s.bots}</h3>
          <Button size="sm" icon={Plus} onClick={() => setOpen({ dialog: "bot" })}>
            {s.create}
          </Button>
        </div>
        <PagedList
          list={apps.bots}
          rows={2}
          empty={
            <EmptyState icon={BotIcon} title={s.none}>
              {s.noneText}
            </EmptyState>
          }
        >
          {(bots) => (
            <ul>
              {bots.map((bot) => (
                <li key={bot.id}>
                  <BotRow apps={apps} bot={bot} onTokens={() => setOpen({ dialog: "tokens", bot })} />
                </li>
              ))}
            </ul>
          )}
        </PagedList>
        <div className={styles.subhead}>
          <h3>{s.webhooks}</h3>
          <Button size="sm" icon={Plus} onClick={() => setOpen({ dialog: "webhook" })}>
            {s.createWebhook}
          </Button>
        </div>
        <PagedList
          list={apps.webhooks}
          rows={2}
          empty={
            <EmptyState icon={WebhookIcon} title={s.noWebhooks}>
              {s.noWebhooksText}
            </EmptyState>
          }
        >
          {(hooks) => (
            <ul>
              {hooks.map((hook) => (
                <li key={hook.id}>
                  <WebhookRow apps={apps} hook={hook} />
                </li>
              ))}
            </ul>
          )}
        </PagedList>
      </div>
      {open?.dialog === "bot" && (
        <CreateBotModal apps={apps} close={close} onMade={(bot) => setOpen({ dialog: "tokens", bot })} />
      )}
      {open?.dialog === "tokens" && <TokensModal apps={apps} bot={open.bot} close={close} />}
      {open?.dialog === "webhook" && <CreateWebhookModal apps={apps} close={close} />}
    </>
  );
}

function BotRow({
  apps,
  bot,
  onTokens,
}: {
  readonly apps: AdminApps;
  readonly bot: Bot;
  readonly onTokens: () => void;
}) {
  const app = useApp();
  const attempt = useTry();
  const menu = useAnchor();
  const user = useUser(bot.user_id);
  const deactivate = () =>
    openModal(app, "confirm", {
      title: s.deactivateSure(bot.name),
      text: s.deactivateText,
      action: s.deactivate.replace("…", ""),
      danger: true,
      onConfirm: () => void attempt(() => apps.deactivateBot(bot.id)),
    });
  return (
    <div className={cx(styles.row, styles.lined, bot.deleted && styles.dim)}>
      {user === undefined ? (
        <span className={styles.icon}>
          <BotIcon size={18} aria-hidden />
        </span>
      ) : (
        <PersonAvatar user={user} />
      )}
      <RowText name={bot.name} mark={bot.deleted && <Chip>{s.inactive}</Chip>}>
        {user !== undefined && `@${user.name} · `}
        {bot.id}
      </RowText>
      {!bot.deleted && (
        <>
          <Button size="sm" icon={KeyRound} onClick={onTokens}>
            {s.tokens}
          </Button>
          <IconButton
            label={admin.actions(bot.name)}
            icon={Ellipsis}
            tip="none"
            onClick={(e) => menu.toggle(e.currentTarget)}
          />
        </>
      )}
      {menu.anchor && (
        <Menu anchor={menu.anchor} label={admin.actions(bot.name)} placement="bottom-end" onClose={menu.close}>
          <MenuItem onSelect={() => app.navigate({ side: { type: "profile", user: bot.user_id } })}>
            {admin.members.profile}
          </MenuItem>
          <MenuSeparator />
          <MenuItem icon={UserX} danger onSelect={deactivate}>
            {s.deactivate}
          </MenuItem>
        </Menu>
      )}
    </div>
  );
}

function WebhookRow({ apps, hook }: { readonly apps: AdminApps; readonly hook: Webhook }) {
  const app = useApp();
  const when = useWhen();
  const attempt = useTry();
  const revoke = () =>
    openModal(app, "confirm", {
      title: s.revokeWebhookSure(hook.name),
      text: s.revokeWebhookText,
      action: s.revokeWebhook,
      danger: true,
      onConfirm: () =>
        void attempt(async () => {
          await apps.revokeWebhook(hook.id);
          app.toasts.show({ text: s.gone });
        }),
    });
  return (
    <div className={cx(styles.row, styles.lined)}>
      <span className={styles.icon}>
        <WebhookIcon size={18} aria-hidden />
      </span>
      <RowText name={hook.name}>
        <PlaceLink id={hook.channel} /> · {s.created(when.date(dateOfSeconds(hook.date_create)))}
      </RowText>
      <Button size="sm" onClick={revoke}>
        {s.revokeWebhook}
      </Button>
    </div>
  );
}
