import { Link2, Mail, MailPlus, UserPlus } from "lucide-react";
import { useEffect, useMemo } from "react";
import { admin } from "../../i18n/admin";
import { directory } from "../../i18n/directory";
import { AdminInvites } from "../../state/admin_log";
import type { Invitation } from "../../state/invite";
import { dateOfSeconds } from "../../state/when";
import { openModal } from "../app/modals";
import { useApp, useWorkspace } from "../hooks/app";
import { useValue } from "../hooks/use_value";
import { PagedList } from "../listing/paged_list";
import { PersonLink } from "../listing/person";
import { useTry } from "../listing/use_try";
import { useWhen } from "../listing/use_when";
import { Button, Chip, cx, EmptyState, RowText } from "../ui";
import styles from "./admin.module.css";
import { SectionHead } from "./section_head";

const s = admin.invites;

/** The invitations that still stand. */
export function InvitesSection() {
  const app = useApp();
  const workspace = useWorkspace();
  const list = useMemo(() => new AdminInvites(workspace.api), [workspace]);
  // One that is made in the dialog is here when the dialog closes.
  const dialogs = useValue(app.overlays.stack).length;
  useEffect(() => {
    if (dialogs === 0) void list.invites.load();
  }, [list, dialogs]);
  useEffect(() => () => list.close(), [list]);
  const create = (
    <Button size="sm" tone="primary" icon={UserPlus} onClick={() => openModal(app, "invite")}>
      {s.create}
    </Button>
  );
  return (
    <>
      <SectionHead section="invites">{create}</SectionHead>
      <div className={styles.scroll}>
        <PagedList
          list={list.invites}
          empty={
            <EmptyState icon={MailPlus} title={s.none} actions={create}>
              {s.noneText}
            </EmptyState>
          }
        >
          {(invites) => (
            <ul>
              {invites.map((invite) => (
                <li key={invite.id}>
                  <InviteRow list={list} invite={invite} />
                </li>
              ))}
            </ul>
          )}
        </PagedList>
      </div>
    </>
  );
}

function InviteRow({ list, invite }: { readonly list: AdminInvites; readonly invite: Invitation }) {
  const app = useApp();
  const when = useWhen();
  const attempt = useTry();
  const Icon = invite.email === "" ? Link2 : Mail;
  const revoke = () =>
    openModal(app, "confirm", {
      title: s.revokeSure,
      text: s.revokeText,
      action: s.revoke,
      danger: true,
      onConfirm: () =>
        void attempt(async () => {
          await list.revoke(invite.id);
          app.toasts.show({ text: s.revoked });
        }),
    });
  return (
    <div className={cx(styles.row, styles.lined)}>
      <span className={styles.icon}>
        <Icon size={18} aria-hidden />
      </span>
      <RowText
        name={invite.email === "" ? s.anybody : invite.email}
        mark={invite.role !== "member" && <Chip>{directory.roles[invite.role] ?? invite.role}</Chip>}
      >
        {invite.email === "" && `${s.uses(invite.uses_left)} · `}
        {s.expires(when.date(dateOfSeconds(invite.date_expire)))} · {s.by} <PersonLink id={invite.creator} />
      </RowText>
      <Button size="sm" onClick={revoke}>
        {s.revoke}
      </Button>
    </div>
  );
}
