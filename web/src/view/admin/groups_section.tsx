import { Pencil, Plus, Users } from "lucide-react";
import { type FormEvent, useEffect, useId, useMemo, useState } from "react";
import { admin } from "../../i18n/admin";
import { AdminGroups } from "../../state/admin_groups";
import type { User, Usergroup } from "../../wire/objects";
import { useWorkspace } from "../hooks/app";
import { Fault } from "../listing/failure";
import { PagedList } from "../listing/paged_list";
import { useDoing, useTry } from "../listing/use_try";
import { PeoplePicker } from "../pickers/people_picker";
import { Button, Chip, cx, EmptyState, Field, Modal, ModalBody, RowText, TextArea, TextInput } from "../ui";
import styles from "./admin.module.css";
import { asHandle } from "./as_handle";
import { SectionHead } from "./section_head";

const s = admin.groups;

/** User groups: made, changed, switched off. */
export function GroupsSection() {
  const workspace = useWorkspace();
  const admins = useMemo(() => new AdminGroups(workspace.api), [workspace]);
  const [editing, setEditing] = useState<Usergroup | "new">();
  useEffect(() => {
    void admins.groups.load();
    return () => admins.close();
  }, [admins]);
  const create = (
    <Button size="sm" tone="primary" icon={Plus} onClick={() => setEditing("new")}>
      {s.create}
    </Button>
  );
  return (
    <>
      <SectionHead section="groups">{create}</SectionHead>
      <div className={styles.scroll}>
        <PagedList
          list={admins.groups}
          empty={
            <EmptyState icon={Users} title={s.none} actions={create}>
              {s.noneText}
            </EmptyState>
          }
        >
          {(groups) => (
            <ul>
              {groups.map((group) => (
                <li key={group.id}>
                  <GroupRow admins={admins} group={group} onEdit={() => setEditing(group)} />
                </li>
              ))}
            </ul>
          )}
        </PagedList>
      </div>
      {editing !== undefined && (
        <GroupModal
          admins={admins}
          group={editing === "new" ? undefined : editing}
          close={() => setEditing(undefined)}
        />
      )}
    </>
  );
}

function GroupRow({
  admins,
  group,
  onEdit,
}: {
  readonly admins: AdminGroups;
  readonly group: Usergroup;
  readonly onEdit: () => void;
}) {
  const attempt = useTry();
  const off = (group.date_delete ?? 0) > 0;
  return (
    <div className={cx(styles.row, styles.lined, off && styles.dim)}>
      <span className={styles.icon}>
        <Users size={18} aria-hidden />
      </span>
      <RowText name={group.name} mark={off && <Chip>{s.isOff}</Chip>}>
        @{group.handle} · {s.members(group.users?.length ?? group.user_count ?? 0)}
        {group.description && ` · ${group.description}`}
      </RowText>
      <Button size="sm" onClick={() => void attempt(() => admins.setEnabled(group.id, off))}>
        {off ? s.on : s.off}
      </Button>
      <Button size="sm" icon={Pencil} onClick={onEdit}>
        {s.edit}
      </Button>
    </div>
  );
}

interface GroupModalProps {
  readonly admins: AdminGroups;
  readonly group: Usergroup | undefined;
  readonly close: () => void;
}

function GroupModal({ admins, group, close }: GroupModalProps) {
  const workspace = useWorkspace();
  const form = useId();
  const doing = useDoing();
  const [name, setName] = useState(group?.name ?? "");
  const [handle, setHandle] = useState(group?.handle ?? "");
  const [description, setDescription] = useState(group?.description ?? "");
  const [people, setPeople] = useState<readonly User[]>();
  // Those who are in it are known once the directory is.
  useEffect(() => {
    let gone = false;
    void workspace.users.load().then(() => {
      if (gone) return;
      setPeople((group?.users ?? []).flatMap((id) => workspace.users.get(id).peek() ?? []));
    });
    return () => {
      gone = true;
    };
  }, [workspace, group]);
  const submit = async (e: FormEvent) => {
    e.preventDefault();
    const facts = { name: name.trim(), handle: handle.trim(), description: description.trim() };
    const users = (people ?? []).map((user) => user.id);
    const save = async () => {
      if (group === undefined) {
        await admins.create(facts, users);
        return;
      }
      await admins.edit(group.id, facts);
      if (people !== undefined && users.join() !== (group.users ?? []).join()) await admins.setUsers(group.id, users);
    };
    if (await doing.run(save)) close();
  };
  return (
    <Modal
      title={group === undefined ? s.create : group.name}
      onClose={close}
      footer={
        <>
          <Button onClick={close}>{admin.cancel}</Button>
          <Button
            tone="primary"
            type="submit"
            form={form}
            busy={doing.busy}
            disabled={name.trim() === "" || handle.trim() === ""}
          >
            {group === undefined ? s.create : s.save}
          </Button>
        </>
      }
    >
      <ModalBody>
        <form id={form} className={styles.form} onSubmit={(e) => void submit(e)}>
          <Field label={s.name}>
            {(control) => (
              <TextInput
                {...control}
                data-autofocus
                maxLength={80}
                value={name}
                onChange={(e) => {
                  const text = e.currentTarget.value;
                  // The handle follows the name until somebody writes it.
                  if (group === undefined && handle === asHandle(name)) setHandle(asHandle(text));
                  setName(text);
                }}
              />
            )}
          </Field>
          <Field label={s.handle} hint={s.handleHint}>
            {(control) => (
              <TextInput
                {...control}
                autoComplete="off"
                spellCheck={false}
                maxLength={21}
                value={handle}
                onChange={(e) => setHandle(asHandle(e.currentTarget.value))}
              />
            )}
          </Field>
          <Field label={s.description}>
            {(control) => (
              <TextArea
                {...control}
                rows={2}
                maxLength={140}
                value={description}
                onChange={(e) => setDescription(e.currentTarget.value)}
              />
            )}
          </Field>
          <Field label={s.people}>
            {(control) => <PeoplePicker {...control} chosen={people ?? []} onChange={setPeople} />}
          </Field>
          <Fault text={doing.fault} />
        </form>
      </ModalBody>
    </Modal>
  );
}
