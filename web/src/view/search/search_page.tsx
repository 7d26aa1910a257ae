import { ArrowLeft, FileSearch, Hash, Search as SearchIcon, SearchX, Users } from "lucide-react";
import { useEffect, useMemo, useRef } from "react";
import { strings } from "../../i18n";
import { finding as s } from "../../i18n/finding";
import { browsed } from "../../state/browse";
import { found, sorted } from "../../state/people";
import {
  groupMatches,
  type Search,
  type SearchSort,
  type SearchTab,
  searchSorts,
  searchTabs,
} from "../../state/search";
import { wordsOf } from "../../state/search_query";
import { browseOf, searchOf } from "../../state/views";
import { dateOfTs } from "../../state/when";
import { useApp, useWorkspace } from "../hooks/app";
import { useLayout } from "../hooks/use_layout";
import { useValue } from "../hooks/use_value";
import listing from "../listing/listing.module.css";
import { NothingYet, PagedList } from "../listing/paged_list";
import { Rows } from "../listing/rows";
import { useWhen } from "../listing/use_when";
import { EmptyState, IconButton, Select, SkeletonRows, Tabs, VisuallyHidden } from "../ui";
import { ChannelFound } from "./channel_found";
import { FileFound } from "./file_found";
import { Filters } from "./filters";
import { goTo } from "./go";
import { MatchCard } from "./match_card";
import { PersonFound } from "./person_found";
import { SearchField } from "./search_field";
import styles from "./search_page.module.css";
import { useFirstResult } from "./use_first_result";

/** What was found for a query: messages in their context, files, channels and people. */
export function SearchPage({ query }: { readonly query: string }) {
  const app = useApp();
  const workspace = useWorkspace();
  const phone = useLayout() === "phone";
  const search = useMemo(() => searchOf(workspace), [workspace]);
  const tab = useValue(search.tab);
  const sort = useValue(search.sort);
  const messageTotal = useValue(search.messageTotal);
  const fileTotal = useValue(search.fileTotal);
  const page = useRef<HTMLElement>(null);
  useEffect(() => search.run(query), [search, query]);
  useFirstResult(page, search, query);
  const go = (text: string) => app.navigate({ main: { type: "search", query: text } }, { replace: query === "" });
  const count: Record<SearchTab, number> = { messages: messageTotal, files: fileTotal, channels: 0, people: 0 };
  return (
    <section ref={page} className={listing.page} aria-label={s.title}>
      <header className={styles.header}>
        <VisuallyHidden as="h2">{s.title}</VisuallyHidden>
        {phone && (
          <IconButton
            label={strings.common.back}
            icon={ArrowLeft}
            size="lg"
            tip="none"
            onClick={() => app.back()}
            className={styles.back}
          />
        )}
        <SearchField initial={query} onSearch={go} onOpen={(match) => goTo(app, match)} />
      </header>
      {query.trim() === "" ? (
        <EmptyState icon={SearchIcon} title={s.start}>
          {s.startText}
        </EmptyState>
      ) : (
        <Tabs<SearchTab>
          label={s.title}
          value={tab}
          onChange={(value) => {
            search.tab.value = value;
          }}
          tabs={searchTabs.map((value) => ({ value, label: s.tabs[value], count: count[value] }))}
          className={listing.tabs}
          panelClassName={listing.panel}
        >
          {(tab === "messages" || tab === "files") && (
            <div className={styles.filters}>
              <Filters query={query} onChange={go} files={tab === "files"} />
              <Select
                aria-label={s.sort}
                className={styles.sort}
                value={sort}
                options={searchSorts.map((value) => ({ value, label: s.sorts[value] }))}
                onChange={(value) => search.setSort(value as SearchSort)}
              />
            </div>
          )}
          <Results search={search} tab={tab} query={query} />
        </Tabs>
      )}
    </section>
  );
}

interface ResultsProps {
  readonly search: Search;
  readonly tab: SearchTab;
  readonly query: string;
}

function Results({ search, tab, query }: ResultsProps) {
  switch (tab) {
    case "messages":
      return <MessagesFound search={search} query={query} />;
    case "files":
      return <FilesFound search={search} query={query} />;
    case "channels":
      return <ChannelsFound query={query} />;
    case "people":
      return <PeopleFound query={query} />;
  }
}

function MessagesFound({ search, query }: { readonly search: Search; readonly query: string }) {
  const when = useWhen();
  const total = useValue(search.messageTotal);
  const status = useValue(search.messages.status);
  const scroll = useRef<HTMLDivElement>(null);
  // Who opened a result and comes back finds the list where they left it.
  useEffect(() => {
    const element = scroll.current?.parentElement;
    if (!element) return;
    element.scrollTop = search.scrollOffset;
    const keep = () => {
      search.scrollOffset = element.scrollTop;
    };
    element.addEventListener("scroll", keep, { passive: true });
    return () => element.removeEventListener("scroll", keep);
  }, [search]);
  return (
    <Rows>
      <div ref={scroll} className={listing.column}>
        <VisuallyHidden as="p">
          <span role="status">{status.state === "ready" ? s.results(total) : ""}</span>
        </VisuallyHidden>
        <PagedList
          list={search.messages}
          avatar
          empty={
            <EmptyState icon={SearchX} title={s.nothing(query)}>
              {s.nothingText}
            </EmptyState>
          }
        >
          {(matches) =>
            groupMatches(matches, (ts) => when.day(dateOfTs(ts))).map((group) => (
              <MatchCard key={group.key} group={group} />
            ))
          }
        </PagedList>
      </div>
    </Rows>
  );
}

function FilesFound({ search, query }: { readonly search: Search; readonly query: string }) {
  return (
    <Rows>
      <div className={listing.column}>
        <PagedList
          list={search.files}
          avatar
          empty={
            <EmptyState icon={FileSearch} title={s.nothing(query)}>
              {s.nothingText}
            </EmptyState>
          }
        >
          {(files) => (
            <ul className={styles.list}>
              {files.map((file) => (
                <li key={file.id}>
                  <FileFound file={file} all={files} />
                </li>
              ))}
            </ul>
          )}
        </PagedList>
      </div>
    </Rows>
  );
}

const mostShown = 100;

function ChannelsFound({ query }: { readonly query: string }) {
  const workspace = useWorkspace();
  const browse = useMemo(() => browseOf(workspace), [workspace]);
  const channels = useValue(browse.channels.items);
  const status = useValue(browse.channels.status);
  useEffect(() => void browse.open(), [browse]);
  const words = wordsOf(query);
  const fit = useMemo(() => browsed(channels, words, "all", "name").slice(0, mostShown), [channels, words]);
  if (fit.length === 0) {
    return (
      <NothingYet status={status} retry={() => void browse.open()}>
        <EmptyState icon={Hash} title={s.nothingChannels} />
      </NothingYet>
    );
  }
  return (
    <Rows>
      <ul className={`${listing.column} ${styles.list}`}>
        {fit.map((channel) => (
          <li key={channel.id}>
            <ChannelFound channel={channel} />
          </li>
        ))}
      </ul>
    </Rows>
  );
}

function PeopleFound({ query }: { readonly query: string }) {
  const workspace = useWorkspace();
  const users = useValue(useMemo(() => workspace.users.all(), [workspace]));
  const loaded = useValue(workspace.users.loaded);
  const words = wordsOf(query);
  const all = useMemo(() => sorted(users), [users]);
  const fit = useMemo(() => found(all, words, "all").slice(0, mostShown), [all, words]);
  if (fit.length === 0 && !loaded) return <SkeletonRows avatar />;
  if (fit.length === 0) return <EmptyState icon={Users} title={s.nothingPeople} />;
  return (
    <Rows>
      <ul className={`${listing.column} ${styles.list}`}>
        {fit.map((user) => (
          <li key={user.id}>
            <PersonFound user={user} />
          </li>
        ))}
      </ul>
    </Rows>
  );
}
