import { computed } from "@preact/signals-core";
import { Search, X } from "lucide-react";
import { type KeyboardEvent, useEffect, useId, useMemo, useRef, useState } from "react";
import { strings } from "../../i18n";
import { switcher as t } from "../../i18n/en/switcher";
import { type Found, type Item, switcherOf } from "../../state/switcher";
import { openModal } from "../app/modals";
import { useApp, useWorkspace } from "../hooks/app";
import { useLayout } from "../hooks/use_layout";
import { useValue } from "../hooks/use_value";
import { IconButton, Kbd, Modal, VisuallyHidden } from "../ui";
import { ItemRow } from "./item_row";
import styles from "./switcher.module.css";

type Row =
  | { readonly key: string; readonly found: Found }
  | { readonly key: "search" | "browse"; readonly label: string };

/** ⌘K: people, channels and commands, as one types. Enter opens, ⌘Enter opens beside. */
export function SwitcherModal({ close }: { readonly close: () => void }) {
  const app = useApp();
  const w = useWorkspace();
  const phone = useLayout() === "phone";
  const [typed, setTyped] = useState("");
  const [chosen, setChosen] = useState(0);
  const query = typed;
  const commands = useMemo(() => app.commands.all.peek().filter((c) => !c.when || c.when()), [app]);
  const main = app.client?.main;
  const here = main?.type === "channel" ? main.channel : undefined;
  const found = useValue(
    useMemo(() => computed(() => switcherOf(w).find(query, commands, here)), [w, query, commands, here]),
  );
  const rows = useMemo(() => rowsOf(found, query.trim()), [found, query]);
  const list = useId();
  useEffect(() => {
    // The directory is read and folded before the first letter is typed.
    switcherOf(w).load();
    void w.users.load().then(
      () => switcherOf(w).find("@", []),
      () => undefined,
    );
  }, [w]);
  const at = Math.min(chosen, rows.length - 1);
  const open = (row: Row | undefined, beside: boolean) => {
    if (!row) return;
    close();
    if ("found" in row) openItem(row.found.item, beside);
    else if (row.key === "search") app.navigate({ main: { type: "search", query: query.trim() } });
    else openModal(app, "browseChannels");
  };
  const openItem = (item: Item, beside: boolean) => {
    switch (item.type) {
      case "command":
        item.command.run();
        return;
      case "channel":
        app.navigate(
          beside ? { side: { type: "channel", channel: item.id } } : { main: { type: "channel", channel: item.id } },
        );
        return;
      case "user":
        w.channels.openDM([item.id]).then(
          (c) =>
            app.navigate(
              beside ? { side: { type: "channel", channel: c.id } } : { main: { type: "channel", channel: c.id } },
            ),
          () => app.toasts.show({ text: strings.common.failed, tone: "danger" }),
        );
    }
  };
  const key = (e: KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1, Tab: e.shiftKey ? -1 : 1 }[e.key];
    if (step !== undefined && rows.length > 0) {
      e.preventDefault();
      setChosen((at + step + rows.length) % rows.length);
    } else if (e.key === "Enter" && !e.nativeEvent.isComposing) {
      e.preventDefault();
      open(rows[at], app.mac ? e.metaKey : e.ctrlKey);
    } else if (e.key.toLowerCase() === "k" && (e.ctrlKey || e.metaKey)) {
      e.preventDefault();
      close();
    }
  };
  return (
    <Modal title={t.title} size="lg" bare high onClose={close}>
      <div className={styles.bar}>
        <Search size={18} aria-hidden />
        <input
          className={styles.input}
          placeholder={t.placeholder}
          aria-label={t.title}
          role="combobox"
          aria-expanded="true"
          aria-controls={list}
          aria-activedescendant={rows[at] && `${list}-${at}`}
          autoComplete="off"
          spellCheck={false}
          data-autofocus
          value={typed}
          onChange={(e) => {
            setTyped(e.currentTarget.value);
            setChosen(0);
          }}
          onKeyDown={key}
        />
        {phone && <IconButton label={strings.common.close} icon={X} size="lg" tip="none" onClick={close} />}
      </div>
      <Results id={list} rows={rows} at={at} typed={query.trim()} onChoose={setChosen} onOpen={open} />
      <VisuallyHidden>
        <span role="status">{typed ? t.found(found.length) : ""}</span>
      </VisuallyHidden>
      <footer className={styles.foot}>
        <Kbd keys="Enter" /> {t.open} <Kbd keys="Mod+Enter" /> {t.openAside}
      </footer>
    </Modal>
  );
}

function rowsOf(found: readonly Found[], typed: string): readonly Row[] {
  const rows: Row[] = found.map((f) => ({ key: `${f.item.type}:${f.item.id}`, found: f }));
  if (typed && !/^[>@]/.test(typed)) rows.push({ key: "search", label: t.searchMessages(typed) });
  if (typed) rows.push({ key: "browse", label: t.browse });
  return rows;
}

interface ResultsProps {
  readonly id: string;
  readonly rows: readonly Row[];
  readonly at: number;
  readonly typed: string;
  readonly onChoose: (at: number) => void;
  readonly onOpen: (row: Row, beside: boolean) => void;
}

function Results({ id, rows, at, typed, onChoose, onOpen }: ResultsProps) {
  const app = useApp();
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    box.current?.querySelector(`[data-at="${at}"]`)?.scrollIntoView({ block: "nearest" });
  }, [at]);
  const nothing = typed !== "" && !rows.some((r) => "found" in r);
  return (
    <div ref={box} className={styles.results}>
      {nothing && <p className={styles.none}>{t.none(typed)}</p>}
      {!typed && rows.length > 0 && <p className={styles.heading}>{t.recent}</p>}
      <div id={id} role="listbox" aria-label={t.results}>
        {rows.map((row, i) => (
          // biome-ignore lint/a11y/useKeyWithClickEvents: the keys are the field's
          <div
            key={row.key}
            id={`${id}-${i}`}
            data-at={i}
            role="option"
            tabIndex={-1}
            aria-selected={i === at}
            className={styles.row}
            onPointerMove={() => i !== at && onChoose(i)}
            onClick={(e) => onOpen(row, app.mac ? e.metaKey : e.ctrlKey)}
          >
            <ItemRow row={row} />
          </div>
        ))}
      </div>
    </div>
  );
}
