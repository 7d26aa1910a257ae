import { Hash, Plus } from "lucide-react";
import { useEffect, useMemo, useState } from "react";
import { VList } from "virtua";
import { admin } from "../../i18n/admin";
import { directory } from "../../i18n/directory";
import { type BrowseKind, type BrowseSort, browsed, browseKinds, browseSorts } from "../../state/browse";
import { browseOf } from "../../state/views";
import { dateOfSeconds } from "../../state/when";
import type { Channel } from "../../wire/objects";
import { openModal } from "../app/modals";
import { useApp, useWorkspace } from "../hooks/app";
import { useValue } from "../hooks/use_value";
import { CoverLink } from "../listing/go_link";
import { NothingYet } from "../listing/paged_list";
import { placeIcon } from "../listing/place";
import { useRows } from "../listing/use_rows";
import { useWhen } from "../listing/use_when";
import { Button, Chip, cx, EmptyState, RowText, SearchInput, Select } from "../ui";
import styles from "./admin.module.css";
import { SectionHead } from "./section_head";

const s = admin.channels;

/** The channels; what one may change about one is in its details. */
export function ChannelsSection() {
  const app = useApp();
  const workspace = useWorkspace();
  const browse = useMemo(() => browseOf(workspace), [workspace]);
  const channels = useValue(browse.channels.items);
  const status = useValue(browse.channels.status);
  const [query, setQuery] = useState("");
  const [kind, setKind] = useState<BrowseKind>("all");
  const [sort, setSort] = useState<BrowseSort>("name");
  const onKeyDown = useRows();
  useEffect(() => void browse.open(), [browse]);
  const fit = useMemo(() => browsed(channels, query, kind, sort), [channels, query, kind, sort]);
  return (
    <>
      <SectionHead section="channels">
        <Button size="sm" tone="primary" icon={Plus} onClick={() => openModal(app, "createChannel")}>
          {s.create}
        </Button>
      </SectionHead>
      <div className={styles.tools}>
        <SearchInput label={s.find} value={query} onChange={setQuery} />
        <Select
          aria-label={directory.browse.kind}
          value={kind}
          options={browseKinds.map((value) => ({ value, label: directory.browse.kinds[value] }))}
          onChange={(value) => setKind(value as BrowseKind)}
        />
        <Select
          aria-label={directory.browse.sort}
          value={sort}
          options={browseSorts.map((value) => ({ value, label: directory.browse.sorts[value] }))}
          onChange={(value) => setSort(value as BrowseSort)}
        />
      </div>
      {fit.length === 0 && (
        <NothingYet status={status} retry={() => void browse.open()}>
          <EmptyState icon={Hash} title={directory.browse.none} />
        </NothingYet>
      )}
      {fit.length > 0 && (
        // biome-ignore lint/a11y/noStaticElementInteractions: the keys of the rows inside
        <div className={styles.list} onKeyDown={onKeyDown}>
          <VList data={fit} itemSize={60}>
            {(channel) => <ChannelRow key={channel.id} channel={channel} />}
          </VList>
        </div>
      )}
    </>
  );
}

function ChannelRow({ channel }: { readonly channel: Channel }) {
  const when = useWhen();
  const Icon = placeIcon(channel);
  return (
    <div className={cx(styles.row, styles.fixed)}>
      <CoverLink
        to={{ side: { type: "details", channel: channel.id, tab: "settings" } }}
        label={`${channel.name ?? ""}: ${s.details}`}
        className={styles.cover}
      />
      <span className={styles.icon}>
        <Icon size={18} aria-hidden />
      </span>
      <RowText name={channel.name} mark={channel.is_archived === true && <Chip>{directory.archived}</Chip>}>
        {directory.members(channel.num_members ?? 0)}
        {channel.created !== undefined && ` · ${s.created(when.date(dateOfSeconds(channel.created)))}`}
        {channel.purpose?.value && ` · ${channel.purpose.value}`}
      </RowText>
    </div>
  );
}
