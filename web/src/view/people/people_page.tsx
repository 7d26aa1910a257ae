import { UserPlus, Users } from "lucide-react";
import { useEffect, useMemo, useState } from "react";
import { VList } from "virtua";
import { directory } from "../../i18n/directory";
import { found, foundGroups, type PeopleKind, peopleKinds, sorted, standingOf } from "../../state/people";
import { openModal } from "../app/modals";
import { useApp, useWorkspace } from "../hooks/app";
import { useValue } from "../hooks/use_value";
import listing from "../listing/listing.module.css";
import { useRows } from "../listing/use_rows";
import { Button, EmptyState, PaneHeader, SearchInput, Select, SkeletonRows, Tabs } from "../ui";
import { GroupRow } from "./group_row";
import styles from "./people.module.css";
import { PersonRow } from "./person_row";

const s = directory.people;
const tabs = ["people", "groups"] as const;
type PeopleTab = (typeof tabs)[number];

/** Everybody in the workspace, and its user groups. */
export function PeoplePage() {
  const app = useApp();
  const workspace = useWorkspace();
  const standing = standingOf(useValue(workspace.self));
  const guest = standing === "guest" || standing === "single_guest";
  const [tab, setTab] = useState<PeopleTab>("people");
  const [query, setQuery] = useState("");
  const [kind, setKind] = useState<PeopleKind>("all");
  return (
    <section className={listing.page} aria-label={s.title}>
      <PaneHeader
        title={s.title}
        actions={
          !guest && (
            <Button size="sm" tone="quiet" icon={UserPlus} onClick={() => openModal(app, "invite")}>
              {s.invite}
            </Button>
          )
        }
      />
      <Tabs<PeopleTab>
        label={s.title}
        value={tab}
        onChange={setTab}
        tabs={tabs.map((value) => ({ value, label: s.tabs[value] }))}
        className={listing.tabs}
        panelClassName={listing.panel}
      >
        <div className={listing.bar}>
          <SearchInput label={tab === "people" ? s.find : s.findGroups} value={query} onChange={setQuery} />
          {tab === "people" && (
            <Select
              aria-label={s.kind}
              value={kind}
              options={peopleKinds.map((value) => ({ value, label: s.kinds[value] }))}
              onChange={(value) => setKind(value as PeopleKind)}
            />
          )}
        </div>
        {tab === "people" ? <People query={query} kind={kind} /> : <Groups query={query} />}
      </Tabs>
    </section>
  );
}

function People({ query, kind }: { readonly query: string; readonly kind: PeopleKind }) {
  const workspace = useWorkspace();
  const users = useValue(useMemo(() => workspace.users.all(), [workspace]));
  const loaded = useValue(workspace.users.loaded);
  const onKeyDown = useRows();
  useEffect(() => void workspace.users.load(), [workspace]);
  const all = useMemo(() => sorted(users), [users]);
  const fit = useMemo(() => found(all, query, kind), [all, query, kind]);
  if (fit.length === 0 && !loaded) return <SkeletonRows avatar rows={10} />;
  if (fit.length === 0) {
    return (
      <EmptyState icon={Users} title={s.none}>
        {s.noneText}
      </EmptyState>
    );
  }
  return (
    <>
      <p className={styles.count} role="status">
        {s.count(fit.length)}
      </p>
      {/* biome-ignore lint/a11y/noStaticElementInteractions: the keys of the rows inside */}
      <div className={styles.list} onKeyDown={onKeyDown}>
        <VList data={fit} itemSize={56}>
          {(user) => <PersonRow key={user.id} user={user} />}
        </VList>
      </div>
    </>
  );
}

function Groups({ query }: { readonly query: string }) {
  const workspace = useWorkspace();
  const all = useValue(workspace.usergroups.all);
  const onKeyDown = useRows();
  const fit = useMemo(() => foundGroups(all, query), [all, query]);
  if (all.length === 0) {
    return (
      <EmptyState icon={Users} title={s.noGroups}>
        {s.noGroupsText}
      </EmptyState>
    );
  }
  if (fit.length === 0) return <EmptyState icon={Users} title={s.none} />;
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the keys of the rows inside
    <div className={listing.scroll} onKeyDown={onKeyDown}>
      <ul>
        {fit.map((group) => (
          <li key={group.id}>
            <GroupRow group={group} />
          </li>
        ))}
      </ul>
    </div>
  );
}
