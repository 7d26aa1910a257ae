import { Check, Hash, Plus } from "lucide-react";
import { useEffect, useMemo, useState } from "react";
import { VList } from "virtua";
import { directory } from "../../i18n/directory";
import { type BrowseKind, type BrowseSort, browsed, browseKinds, browseSorts } from "../../state/browse";
import { standingOf } from "../../state/people";
import { browseOf } from "../../state/views";
import type { Channel } from "../../wire/objects";
import { openModal } from "../app/modals";
import { useApp, useWorkspace } from "../hooks/app";
import { useValue } from "../hooks/use_value";
import { Failure } from "../listing/failure";
import { placeIcon } from "../listing/place";
import { useRows } from "../listing/use_rows";
import { useTry } from "../listing/use_try";
import { Button, Chip, EmptyState, Modal, RowText, SearchInput, Select, SkeletonRows } from "../ui";
import styles from "./browse.module.css";

const s = directory.browse;

/** All channels: look for one, look into it, join it. */
export function BrowseModal({ close }: { readonly close: () => void }) {
  const app = useApp();
  const workspace = useWorkspace();
  const browse = useMemo(() => browseOf(workspace), [workspace]);
  const query = useValue(browse.query);
  const sort = useValue(browse.sort);
  const kind = useValue(browse.kind);
  const channels = useValue(browse.channels.items);
  const status = useValue(browse.channels.status);
  const onKeyDown = useRows();
  useEffect(() => {
    browse.query.value = "";
    void browse.open();
  }, [browse]);
  const fit = useMemo(() => browsed(channels, query, kind, sort), [channels, query, kind, sort]);
  const standing = standingOf(useValue(workspace.self));
  const mayCreate = standing !== "guest" && standing !== "single_guest";
  const create = () => {
    close();
    openModal(app, "createChannel");
  };
  const open = (channel: Channel) => {
    close();
    app.navigate({ main: { type: "channel", channel: channel.id } });
  };
  return (
    <Modal
      title={s.title}
      size="lg"
      onClose={close}
      footer={
        mayCreate && (
          <Button icon={Plus} onClick={create}>
            {s.create}
          </Button>
        )
      }
    >
      <div className={styles.bar}>
        <SearchInput
          label={s.find}
          first
          value={query}
          onChange={(text) => {
            browse.query.value = text;
          }}
        />
        <div className={styles.selects}>
          <Select
            aria-label={s.kind}
            value={kind}
            options={browseKinds.map((value) => ({ value, label: s.kinds[value] }))}
            onChange={(value) => {
              browse.kind.value = value as BrowseKind;
            }}
          />
          <Select
            aria-label={s.sort}
            value={sort}
            options={browseSorts.map((value) => ({ value, label: s.sorts[value] }))}
            onChange={(value) => {
              browse.sort.value = value as BrowseSort;
            }}
          />
          <span className={styles.count} role="status">
            {status.state !== "loading" && s.count(fit.length)}
          </span>
        </div>
      </div>
      {/* biome-ignore lint/a11y/noStaticElementInteractions: the keys of the rows inside */}
      <div className={styles.list} onKeyDown={onKeyDown}>
        {fit.length > 0 && (
          <VList data={fit} itemSize={60}>
            {(channel) => (
              <BrowseRow
                key={channel.id}
                channel={channel}
                join={() => browse.join(channel.id)}
                leave={() => browse.leave(channel.id)}
                onOpen={() => open(channel)}
              />
            )}
          </VList>
        )}
        {fit.length === 0 && status.state === "failed" && (
          <Failure code={status.code} retry={() => void browse.open()} />
        )}
        {fit.length === 0 && status.state === "loading" && <SkeletonRows rows={6} />}
        {fit.length === 0 && status.state === "ready" && (
          <EmptyState icon={Hash} title={s.none} actions={mayCreate && <Button onClick={create}>{s.create}</Button>}>
            {s.noneText}
          </EmptyState>
        )}
      </div>
    </Modal>
  );
}

interface BrowseRowProps {
  readonly channel: Channel;
  readonly join: () => Promise<void>;
  readonly leave: () => Promise<void>;
  readonly onOpen: () => void;
}

function BrowseRow({ channel, join, leave, onOpen }: BrowseRowProps) {
  const app = useApp();
  const attempt = useTry();
  const [busy, setBusy] = useState(false);
  const Icon = placeIcon(channel);
  const name = channel.name ?? "";
  const about = channel.purpose?.value || channel.topic?.value;
  const act = async (work: () => Promise<void>, said: string) => {
    setBusy(true);
    if (await attempt(work)) app.toasts.show({ text: said });
    setBusy(false);
  };
  return (
    <div className={styles.row}>
      <button type="button" className={styles.cover} data-row aria-label={`${s.open} ${name}`} onClick={onOpen} />
      <Icon size={18} aria-hidden className={styles.icon} />
      <RowText name={name} mark={channel.is_archived === true && <Chip>{directory.archived}</Chip>}>
        {channel.is_member === true && (
          <span className={styles.joined}>
            <Check size={12} aria-hidden /> {directory.joined} ·{" "}
          </span>
        )}
        {directory.members(channel.num_members ?? 0)}
        {about && ` · ${about}`}
      </RowText>
      {channel.is_archived !== true &&
        (channel.is_member === true ? (
          channel.is_general !== true && (
            <Button size="sm" className={styles.action} busy={busy} onClick={() => void act(leave, s.leftToast(name))}>
              {s.leave}
            </Button>
          )
        ) : (
          <Button
            size="sm"
            tone="primary"
            className={styles.action}
            busy={busy}
            onClick={() => void act(join, s.joinedToast(name))}
          >
            {s.join}
          </Button>
        ))}
    </div>
  );
}
