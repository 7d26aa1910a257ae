import { Bell, BellOff, Hash, Search, Star, UserPlus } from "lucide-react";
import { useEffect, useMemo, useState } from "react";
import { strings } from "../../i18n";
import { directory } from "../../i18n/directory";
import { ChannelDetails, type DetailTab, detailTabs, rightsOf } from "../../state/channel_details";
import { channelTitle } from "../../state/channel_title";
import type { Channel } from "../../wire/objects";
import { openModal } from "../app/modals";
import { useApp, useWorkspace } from "../hooks/app";
import { useComputed } from "../hooks/use_computed";
import { useValue } from "../hooks/use_value";
import listing from "../listing/listing.module.css";
import { useChannel } from "../listing/place";
import { Rows } from "../listing/rows";
import { useTry } from "../listing/use_try";
import { EmptyState, IconButton, PaneHeader, SkeletonRows, Tabs } from "../ui";
import { AboutTab } from "./about_tab";
import styles from "./details.module.css";
import { FilesTab } from "./files_tab";
import { MembersTab } from "./members_tab";
import { PinsTab } from "./pins_tab";
import { SettingsTab } from "./settings_tab";

const s = directory.details;

export interface DetailsPaneProps {
  readonly channel: string;
  readonly tab?: string;
}

/** A conversation's details beside it: about, members, pins, files and settings. */
export function DetailsPane({ channel: id, tab = "about" }: DetailsPaneProps) {
  const app = useApp();
  const workspace = useWorkspace();
  const channel = useChannel(id);
  const missing = useValue(workspace.channels.missing(id));
  const title = useComputed(() => channelTitle(workspace, channel), [workspace, channel]);
  if (missing) {
    return (
      <section className={listing.page} aria-label={strings.shell.noChannel}>
        <PaneHeader title={strings.shell.noChannel} onClose={() => app.navigate({ side: null })} />
        <EmptyState icon={Hash} title={strings.shell.noChannel}>
          {strings.shell.noChannelText}
        </EmptyState>
      </section>
    );
  }
  return (
    <section className={listing.page} aria-label={title}>
      <PaneHeader
        title={channel?.is_im || channel?.is_mpim ? title : s.title(title)}
        onClose={() => app.navigate({ side: null })}
      />
      {channel === undefined ? <SkeletonRows rows={4} /> : <Details key={id} channel={channel} tab={tab} />}
    </section>
  );
}

function tabsOf(channel: Channel): readonly DetailTab[] {
  if (channel.is_im === true) return ["about", "pins", "files", "settings"];
  return detailTabs;
}

function Details({ channel, tab }: { readonly channel: Channel; readonly tab: string }) {
  const app = useApp();
  const workspace = useWorkspace();
  const details = useMemo(() => new ChannelDetails(workspace.api, channel.id), [workspace, channel.id]);
  const self = useValue(workspace.self);
  const rights = rightsOf(channel, self);
  const tabs = tabsOf(channel);
  const wanted = tabs.find((value) => value === tab) ?? "about";
  const [shown, setShown] = useState<DetailTab>(wanted);
  useEffect(() => setShown(wanted), [wanted]);
  useEffect(() => () => details.close(), [details]);
  const show = (value: DetailTab) => {
    setShown(value);
    app.navigate({ side: { type: "details", channel: channel.id, tab: value } }, { replace: true });
  };
  return (
    <>
      <Shortcuts channel={channel} mayInvite={rights.invite} />
      <Tabs<DetailTab>
        label={channel.name ?? s.dm}
        value={shown}
        onChange={show}
        tabs={tabs.map((value) => ({
          value,
          label: s.tabs[value],
          ...(value === "members" && channel.num_members !== undefined ? { count: channel.num_members } : {}),
        }))}
        className={listing.tabs}
        panelClassName={listing.panel}
      >
        {shown === "members" ? (
          <MembersTab channel={channel} details={details} rights={rights} />
        ) : (
          <Rows>
            {shown === "about" && <AboutTab channel={channel} rights={rights} />}
            {shown === "pins" && <PinsTab channel={channel} details={details} />}
            {shown === "files" && <FilesTab details={details} />}
            {shown === "settings" && <SettingsTab channel={channel} details={details} rights={rights} />}
          </Rows>
        )}
      </Tabs>
    </>
  );
}

/** What one does most often with a conversation. */
function Shortcuts({ channel, mayInvite }: { readonly channel: Channel; readonly mayInvite: boolean }) {
  const app = useApp();
  const workspace = useWorkspace();
  const attempt = useTry();
  const starred = useComputed(() => workspace.channels.starred.value.has(channel.id), [workspace, channel.id]);
  const muted = useComputed(() => workspace.channels.muted.value.has(channel.id), [workspace, channel.id]);
  return (
    <div className={styles.shortcuts}>
      <IconButton
        label={starred ? s.unstar : s.star}
        icon={Star}
        active={starred}
        aria-pressed={starred}
        tip="bottom"
        onClick={() => void attempt(() => workspace.channels.star(channel.id, !starred))}
      />
      <IconButton
        label={muted ? s.unmute : s.mute}
        icon={muted ? BellOff : Bell}
        active={muted}
        aria-pressed={muted}
        tip="bottom"
        onClick={() => void attempt(() => workspace.channels.mute(channel.id, !muted))}
      />
      <IconButton
        label={s.search}
        icon={Search}
        tip="bottom"
        onClick={() => openModal(app, "searchBox", { channel: channel.id })}
      />
      {mayInvite && (
        <IconButton
          label={s.addPeople}
          icon={UserPlus}
          tip="bottom"
          onClick={() => openModal(app, "addMembers", { channel: channel.id })}
        />
      )}
    </div>
  );
}
