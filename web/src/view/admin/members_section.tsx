import { Ellipsis, KeyRound, LogOut, ShieldCheck, ShieldOff, UserCheck, UserPlus, UserX } from "lucide-react";
import { useEffect, useMemo, useState } from "react";
import { VList } from "virtua";
import { admin } from "../../i18n/admin";
import { directory } from "../../i18n/directory";
import { mayManage, roles } from "../../state/admin";
import {
  AdminPeople,
  filterMembers,
  type ManagedUser,
  type MemberFilter,
  memberFilters,
} from "../../state/admin_people";
import { openModal } from "../app/modals";
import { useApp, useWorkspace } from "../hooks/app";
import { useValue } from "../hooks/use_value";
import { NothingYet } from "../listing/paged_list";
import { PersonAvatar, useUser } from "../listing/person";
import { useTry } from "../listing/use_try";
import {
  Avatar,
  Button,
  Chip,
  cx,
  EmptyState,
  IconButton,
  Menu,
  MenuItem,
  MenuSeparator,
  RowText,
  SearchInput,
  Select,
  Tooltip,
  useAnchor,
} from "../ui";
import styles from "./admin.module.css";
import { PasswordModal, SessionsModal, TransferModal } from "./member_modals";
import { SectionHead } from "./section_head";

const s = admin.members;

/** All accounts: find one, give it a role, help it in, or end it. */
export function MembersSection() {
  const app = useApp();
  const workspace = useWorkspace();
  const people = useMemo(() => new AdminPeople(workspace.api), [workspace]);
  const users = useValue(people.users.items);
  const status = useValue(people.users.status);
  const [query, setQuery] = useState("");
  const [filter, setFilter] = useState<MemberFilter>("active");
  useEffect(() => {
    void people.open();
    return () => people.close();
  }, [people]);
  const fit = useMemo(() => filterMembers(users, query, filter), [users, query, filter]);
  return (
    <>
      <SectionHead section="members">
        <Button size="sm" tone="primary" icon={UserPlus} onClick={() => openModal(app, "invite")}>
          {admin.invites.create}
        </Button>
      </SectionHead>
      <div className={styles.tools}>
        <SearchInput label={s.find} value={query} onChange={setQuery} />
        <Select
          aria-label={s.filter}
          value={filter}
          options={memberFilters.map((value) => ({ value, label: s.filters[value] }))}
          onChange={(value) => setFilter(value as MemberFilter)}
        />
        <span className={styles.count} role="status">
          {s.count(fit.length)}
        </span>
      </div>
      {fit.length === 0 && (
        <NothingYet status={status} retry={() => void people.open()} avatar>
          <EmptyState title={s.none} />
        </NothingYet>
      )}
      {fit.length > 0 && (
        <div className={styles.list}>
          <VList data={fit} itemSize={60}>
            {(user) => <MemberRow key={user.id} people={people} member={user} />}
          </VList>
        </div>
      )}
    </>
  );
}

function MemberRow({ people, member }: { readonly people: AdminPeople; readonly member: ManagedUser }) {
  const app = useApp();
  const workspace = useWorkspace();
  const attempt = useTry();
  const user = useUser(member.id);
  const self = useValue(workspace.self);
  const own = member.id === self.id;
  const actor = self.role ?? "member";
  const manageable = !own && mayManage(actor, member.role);
  const name = member.real_name || member.name;
  const setRole = (role: string) => {
    const change = () =>
      void attempt(async () => {
        await people.setRole(member.id, role);
        app.toasts.show({ text: s.roleChanged(name, directory.roles[role] ?? role), tone: "success" });
      });
    if (role !== "admin" && role !== "owner") {
      change();
      return;
    }
    const label = (directory.roles[role] ?? role).toLowerCase();
    openModal(app, "confirm", {
      title: s.ownerSure(name, label),
      text: s.ownerText,
      action: directory.roles[role] ?? role,
      onConfirm: change,
    });
  };
  return (
    <div className={cx(styles.row, styles.fixed, member.deleted && styles.dim)}>
      {user === undefined ? <Avatar name={name} /> : <PersonAvatar user={user} />}
      <RowText name={name} mark={own && <Chip>{s.you}</Chip>}>
        @{member.name}
        {member.email !== "" && ` · ${member.email}`}
      </RowText>
      {member.two_factor && (
        <Tooltip text={s.twoFactor}>
          <span className={styles.factor} role="img" aria-label={s.twoFactor}>
            <ShieldCheck size={18} aria-hidden />
          </span>
        </Tooltip>
      )}
      {manageable && !member.deleted ? (
        <Select
          className={styles.role}
          aria-label={s.role(name)}
          value={member.role}
          options={roles
            .filter((role) => role === member.role || mayManage(actor, role))
            .map((value) => ({ value, label: directory.roles[value] ?? value }))}
          onChange={setRole}
        />
      ) : (
        <span className={styles.fixedRole}>{directory.roles[member.role] ?? member.role}</span>
      )}
      <MemberMenu
        people={people}
        member={member}
        name={name}
        manageable={manageable}
        mayTransfer={actor === "primary_owner" && !own}
      />
    </div>
  );
}

type Open = "password" | "sessions" | "transfer";

interface MemberMenuProps {
  readonly people: AdminPeople;
  readonly member: ManagedUser;
  readonly name: string;
  readonly manageable: boolean;
  readonly mayTransfer: boolean;
}

function MemberMenu({ people, member, name, manageable, mayTransfer }: MemberMenuProps) {
  const app = useApp();
  const attempt = useTry();
  const menu = useAnchor();
  const [open, setOpen] = useState<Open>();
  const close = () => setOpen(undefined);
  const told = (work: () => Promise<void>, text: string) =>
    attempt(async () => {
      await work();
      app.toasts.show({ text, tone: "success" });
    });
  const drop = () =>
    openModal(app, "confirm", {
      title: s.dropSure(name),
      text: s.dropText,
      action: s.dropFactor,
      danger: true,
      onConfirm: () => void told(() => people.dropSecondFactor(member.id), s.dropped),
    });
  const deactivate = () =>
    openModal(app, "confirm", {
      title: s.deactivateSure(name),
      text: s.deactivateText,
      action: s.deactivate.replace("…", ""),
      danger: true,
      onConfirm: () => void told(() => people.setActive(member.id, false), s.deactivated(name)),
    });
  return (
    <>
      <IconButton
        label={admin.actions(name)}
        icon={Ellipsis}
        tip="none"
        onClick={(e) => menu.toggle(e.currentTarget)}
      />
      {menu.anchor && (
        <Menu anchor={menu.anchor} label={admin.actions(name)} placement="bottom-end" onClose={menu.close}>
          <MenuItem onSelect={() => app.navigate({ side: { type: "profile", user: member.id } })}>{s.profile}</MenuItem>
          {manageable && !member.deleted && (
            <>
              <MenuSeparator />
              <MenuItem icon={KeyRound} onSelect={() => setOpen("password")}>
                {s.resetPassword}
              </MenuItem>
              {member.two_factor && (
                <MenuItem icon={ShieldOff} onSelect={drop}>
                  {s.dropFactor}
                </MenuItem>
              )}
              <MenuItem icon={LogOut} onSelect={() => setOpen("sessions")}>
                {s.sessions}
              </MenuItem>
              {mayTransfer && <MenuItem onSelect={() => setOpen("transfer")}>{s.transfer}</MenuItem>}
              <MenuSeparator />
              <MenuItem icon={UserX} danger onSelect={deactivate}>
                {s.deactivate}
              </MenuItem>
            </>
          )}
          {manageable && member.deleted && (
            <MenuItem
              icon={UserCheck}
              onSelect={() => void told(() => people.setActive(member.id, true), s.reactivated(name))}
            >
              {s.reactivate}
            </MenuItem>
          )}
        </Menu>
      )}
      {open === "password" && <PasswordModal people={people} user={member.id} name={name} close={close} />}
      {open === "sessions" && <SessionsModal people={people} user={member.id} name={name} close={close} />}
      {open === "transfer" && <TransferModal people={people} user={member.id} name={name} close={close} />}
    </>
  );
}
