import { Ellipsis, UserPlus } from "lucide-react";
import { useEffect, useMemo, useState } from "react";
import { VList } from "virtua";
import { directory } from "../../i18n/directory";
import type { ChannelDetails, Rights } from "../../state/channel_details";
import { fullNameOf, matches, standingOf } from "../../state/people";
import type { Channel } from "../../wire/objects";
import { openModal } from "../app/modals";
import { useApp, useWorkspace } from "../hooks/app";
import { useComputed } from "../hooks/use_computed";
import { useValue } from "../hooks/use_value";
import { CoverLink } from "../listing/go_link";
import { NothingYet } from "../listing/paged_list";
import { PersonAvatar, PersonLabel, useUser } from "../listing/person";
import { useRows } from "../listing/use_rows";
import { useTry } from "../listing/use_try";
import { Chip, EmptyState, IconButton, Menu, MenuItem, SearchInput, useAnchor } from "../ui";
import styles from "./details.module.css";

const s = directory.details;
const most = 10_000;

export interface MembersTabProps {
  readonly channel: Channel;
  readonly details: ChannelDetails;
  readonly rights: Rights;
}

/** Who is in a channel: look for somebody, add people, take somebody out. */
export function MembersTab({ channel, details, rights }: MembersTabProps) {
  const app = useApp();
  const workspace = useWorkspace();
  const ids = useValue(details.members.items);
  const status = useValue(details.members.status);
  const [query, setQuery] = useState("");
  const onKeyDown = useRows();
  useEffect(() => {
    void details.members.loadAll(most);
    const again = (event: { channel: string }) => {
      if (event.channel === details.channel) void details.members.loadAll(most);
    };
    const undo = [workspace.on("member_joined_channel", again), workspace.on("member_left_channel", again)];
    return () => {
      for (const f of undo) f();
    };
  }, [workspace, details]);
  useEffect(() => {
    if (query !== "") void workspace.users.load();
  }, [workspace, query]);
  const key = useComputed(
    () => (query.trim() === "" ? "" : ids.filter((id) => fits(workspace.users.get(id).value, query)).join(",")),
    [workspace, ids, query],
  );
  const shown = useMemo(() => (query.trim() === "" ? ids : key.split(",").filter(Boolean)), [ids, key, query]);
  return (
    <>
      <div className={styles.find}>
        <SearchInput label={s.findMembers} value={query} onChange={setQuery} />
        {rights.invite && (
          <IconButton
            label={s.addPeople}
            icon={UserPlus}
            onClick={() => openModal(app, "addMembers", { channel: channel.id })}
          />
        )}
      </div>
      {shown.length === 0 && (
        <NothingYet status={status} retry={() => void details.members.loadAll(most)} avatar>
          <EmptyState title={s.noMembers} />
        </NothingYet>
      )}
      {shown.length > 0 && (
        // biome-ignore lint/a11y/noStaticElementInteractions: the keys of the rows inside
        <div className={styles.members} onKeyDown={onKeyDown}>
          <VList data={shown} itemSize={52}>
            {(id) => <MemberRow key={id} id={id} channel={channel} details={details} mayKick={rights.kick} />}
          </VList>
        </div>
      )}
    </>
  );
}

function fits(user: Parameters<typeof fullNameOf>[0] | undefined, query: string): boolean {
  return (
    user !== undefined &&
    matches(query.replace(/^@/, ""), [user.name, fullNameOf(user), user.profile.display_name, user.profile.title])
  );
}

interface MemberRowProps {
  readonly id: string;
  readonly channel: Channel;
  readonly details: ChannelDetails;
  readonly mayKick: boolean;
}

function MemberRow({ id, channel, details, mayKick }: MemberRowProps) {
  const app = useApp();
  const workspace = useWorkspace();
  const attempt = useTry();
  const menu = useAnchor();
  const user = useUser(id);
  const own = useValue(workspace.self).id === id;
  if (user === undefined) return <div className={styles.member} />;
  const standing = standingOf(user);
  const name = fullNameOf(user);
  const kick = () =>
    openModal(app, "confirm", {
      title: s.removeSure(name, channel.name ?? ""),
      action: s.removeMember,
      danger: true,
      onConfirm: () =>
        void attempt(async () => {
          await details.kick(id);
          app.toasts.show({ text: s.removed(name) });
        }),
    });
  return (
    <div className={styles.member}>
      <CoverLink to={{ side: { type: "profile", user: id } }} label={name} className={styles.cover} />
      <PersonAvatar user={user} size={32} dot />
      <PersonLabel user={user} note={user.profile.title || `@${user.name}`} />
      {id === channel.creator && <Chip>{directory.creator}</Chip>}
      {(standing === "guest" || standing === "single_guest") && <Chip tone="warning">{directory.roles[standing]}</Chip>}
      {standing === "bot" && <Chip>APP</Chip>}
      {mayKick && !own && (
        <IconButton
          label={directory.profile.more}
          icon={Ellipsis}
          size="sm"
          className={styles.over}
          onClick={(e) => menu.toggle(e.currentTarget)}
        />
      )}
      {menu.anchor && (
        <Menu anchor={menu.anchor} label={name} placement="bottom-end" onClose={menu.close}>
          <MenuItem danger onSelect={kick}>
            {s.removeMember}
          </MenuItem>
        </Menu>
      )}
    </div>
  );
}
