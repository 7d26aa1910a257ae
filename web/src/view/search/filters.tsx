import { ChevronDown, X } from "lucide-react";
import { type ReactNode, useState } from "react";
import { finding as s } from "../../i18n/finding";
import { fullNameOf } from "../../state/people";
import { toggled, valuesOf, withOperator } from "../../state/search_query";
import type { Channel, User } from "../../wire/objects";
import { useWorkspace } from "../hooks/app";
import { ChannelPicker } from "../pickers/channel_picker";
import { PeoplePicker } from "../pickers/people_picker";
import { cx, Menu, MenuItem, Popover, useAnchor } from "../ui";
import styles from "./search_page.module.css";

export interface FiltersProps {
  readonly query: string;
  readonly onChange: (query: string) => void;
  /** Among files: what a message has makes no difference. */
  readonly files: boolean;
}

const periods = ["today", "yesterday", "this week", "last week", "this month", "last month", "this year"] as const;
const things = ["link", "file", "image", "pin", "reaction"] as const;

/** The commonest operators as buttons: each writes into the query, which stays what counts. */
export function Filters({ query, onChange, files }: FiltersProps) {
  const has = valuesOf(query, "has");
  const is = valuesOf(query, "is");
  const any = (["from", "in", "during", "has", "is"] as const).some((name) => valuesOf(query, name).length > 0);
  const clear = () =>
    onChange(
      (["from", "in", "during", "has", "is"] as const).reduce((text, name) => withOperator(text, name, []), query),
    );
  return (
    <fieldset className={styles.chips} aria-label={s.filters}>
      <PeopleFilter query={query} onChange={onChange} />
      <PlaceFilter query={query} onChange={onChange} />
      <DateFilter query={query} onChange={onChange} />
      {!files && (
        <MenuFilter label={s.has} shown={has.map((value) => s.things[value] ?? value).join(", ")}>
          {things.map((value) => (
            <MenuItem key={value} checked={has.includes(value)} onSelect={() => onChange(toggled(query, "has", value))}>
              {s.things[value]}
            </MenuItem>
          ))}
        </MenuFilter>
      )}
      {!files && (
        <MenuFilter
          label={s.only}
          shown={is.map((value) => (value === "thread" ? s.onlyThreads : s.onlySaved)).join(", ")}
        >
          <MenuItem checked={is.includes("thread")} onSelect={() => onChange(toggled(query, "is", "thread"))}>
            {s.onlyThreads}
          </MenuItem>
          <MenuItem checked={is.includes("saved")} onSelect={() => onChange(toggled(query, "is", "saved"))}>
            {s.onlySaved}
          </MenuItem>
        </MenuFilter>
      )}
      {any && (
        <button type="button" className={styles.clear} onClick={clear}>
          <X size={14} aria-hidden /> {s.clearFilters}
        </button>
      )}
    </fieldset>
  );
}

interface OneFilterProps {
  readonly query: string;
  readonly onChange: (query: string) => void;
}

function FilterButton({
  label,
  shown,
  open,
  onClick,
}: {
  readonly label: string;
  readonly shown: string;
  readonly open: boolean;
  readonly onClick: (e: HTMLElement) => void;
}) {
  return (
    <button
      type="button"
      className={cx(styles.chip, shown !== "" && styles.set)}
      aria-expanded={open}
      aria-haspopup="true"
      onClick={(e) => onClick(e.currentTarget)}
    >
      <span className={styles.chipText}>{shown === "" ? label : `${label}: ${shown}`}</span>
      <ChevronDown size={14} aria-hidden />
    </button>
  );
}

function MenuFilter({
  label,
  shown,
  children,
}: {
  readonly label: string;
  readonly shown: string;
  readonly children: ReactNode;
}) {
  const menu = useAnchor();
  return (
    <>
      <FilterButton label={label} shown={shown} open={menu.anchor !== null} onClick={menu.toggle} />
      {menu.anchor && (
        <Menu anchor={menu.anchor} label={label} onClose={menu.close}>
          {children}
        </Menu>
      )}
    </>
  );
}

function DateFilter({ query, onChange }: OneFilterProps) {
  const during = valuesOf(query, "during")[0] ?? "";
  return (
    <MenuFilter label={s.date} shown={s.dates[during] ?? during}>
      <MenuItem checked={during === ""} onSelect={() => onChange(withOperator(query, "during", []))}>
        {s.anyTime}
      </MenuItem>
      {periods.map((value) => (
        <MenuItem
          key={value}
          checked={during === value}
          onSelect={() => onChange(withOperator(query, "during", [value]))}
        >
          {s.dates[value]}
        </MenuItem>
      ))}
    </MenuFilter>
  );
}

function PickFilter({
  label,
  shown,
  children,
}: {
  readonly label: string;
  readonly shown: string;
  readonly children: ReactNode;
}) {
  const box = useAnchor();
  return (
    <>
      <FilterButton label={label} shown={shown} open={box.anchor !== null} onClick={box.toggle} />
      {box.anchor && (
        <Popover anchor={box.anchor} label={label} onClose={box.close} className={styles.pick}>
          {children}
        </Popover>
      )}
    </>
  );
}

function PeopleFilter({ query, onChange }: OneFilterProps) {
  const workspace = useWorkspace();
  const values = valuesOf(query, "from");
  const [chosen, setChosen] = useState<readonly User[]>(() =>
    workspace.users.search("", 10_000).filter((user) => values.includes(`@${user.name}`)),
  );
  return (
    <PickFilter
      label={s.from}
      shown={values.map((value) => (value === "me" ? s.me : value.replace(/^@/, ""))).join(", ")}
    >
      <PeoplePicker
        chosen={chosen}
        bots
        autoFocus
        onChange={(users) => {
          setChosen(users);
          onChange(
            withOperator(
              query,
              "from",
              users.map((user) => (user.id === workspace.self.peek().id ? "me" : `@${user.name}`)),
            ),
          );
        }}
      />
      <p className={styles.pickNote}>{chosen.length === 0 ? s.anyone : chosen.map(fullNameOf).join(", ")}</p>
    </PickFilter>
  );
}

function PlaceFilter({ query, onChange }: OneFilterProps) {
  const workspace = useWorkspace();
  const values = valuesOf(query, "in");
  const [chosen, setChosen] = useState<readonly Channel[]>(() =>
    workspace.channels.list.peek().filter((c) => values.includes(`#${c.name}`)),
  );
  return (
    <PickFilter label={s.in} shown={values.join(", ")}>
      <ChannelPicker
        chosen={chosen}
        autoFocus
        onChange={(channels) => {
          setChosen(channels);
          onChange(
            withOperator(
              query,
              "in",
              channels.map((c) => `#${c.name}`),
            ),
          );
        }}
      />
      <p className={styles.pickNote}>{chosen.length === 0 ? s.anywhere : chosen.map((c) => `#${c.name}`).join(", ")}</p>
    </PickFilter>
  );
}
