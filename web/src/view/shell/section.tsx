import { ChevronDown, Ellipsis, Plus } from "lucide-react";
import { type DragEvent, useState } from "react";
import { strings } from "../../i18n";
import { type Section, sidebarOf } from "../../state/sidebar";
import { openModal } from "../app/modals";
import { useApp, useWorkspace } from "../hooks/app";
import { useComputed } from "../hooks/use_computed";
import { cx, IconButton, Menu, MenuItem, useAnchor } from "../ui";
import { ChannelRow } from "./channel_row";
import { dragType } from "./drag";
import styles from "./sidebar.module.css";

const t = strings.shell;
const shownDMs = 30;

/** A heading and its conversations; things can be dropped on it. Collapsed, it shows what is unread and where one is. */
export function SidebarSection({ section }: { readonly section: Section }) {
  const app = useApp();
  const w = useWorkspace();
  const sidebar = sidebarOf(w);
  const [over, setOver] = useState<"channel" | "section">();
  const [all, setAll] = useState(false);
  const title = titleOf(section);
  const ids = useComputed(() => {
    if (!section.collapsed) return section.channels.join();
    const route = app.route.value;
    const here = route.page === "client" && route.main.type === "channel" ? route.main.channel : "";
    const muted = w.channels.muted.value;
    const shown = (id: string) =>
      id === here || w.unread.of(id).value.mentions > 0 || (w.unread.of(id).value.unread && !muted.has(id));
    return section.channels.filter(shown).join();
  }, [app, w, section]);
  const channels = ids ? ids.split(",") : [];
  const shown = section.type === "dms" && !all ? channels.slice(0, shownDMs) : channels;
  const attempt = (doing: Promise<unknown>) =>
    void doing.catch(() => app.toasts.show({ text: strings.common.failed, tone: "danger" }));
  const drop = (e: DragEvent) => {
    e.preventDefault();
    setOver(undefined);
    const channel = e.dataTransfer.getData(dragType.channel);
    const moved = e.dataTransfer.getData(dragType.section);
    if (channel) attempt(sidebar.move(channel, section.id));
    else if (moved) attempt(sidebar.moveSection(moved, section.type === "custom" ? section.id : undefined));
  };
  const dragOver = (e: DragEvent) => {
    const what = e.dataTransfer.types.includes(dragType.channel)
      ? "channel"
      : e.dataTransfer.types.includes(dragType.section)
        ? "section"
        : undefined;
    if (!what) return;
    e.preventDefault();
    setOver(what);
  };
  return (
    <section
      aria-label={title}
      className={cx(
        styles.section,
        section.collapsed && styles.collapsed,
        over === "channel" && styles.over,
        over === "section" && styles.above,
      )}
      onDragOver={dragOver}
      onDragLeave={(e) => !e.currentTarget.contains(e.relatedTarget as Node | null) && setOver(undefined)}
      onDrop={drop}
    >
      <Heading section={section} title={title} />
      <ul className={styles.list}>
        {shown.map((id) => (
          <ChannelRow key={id} id={id} />
        ))}
        {section.type === "dms" && section.channels.length === 0 && (
          <li>
            <button
              type="button"
              className={cx(styles.row, styles.more)}
              data-row
              onClick={() => openModal(app, "newMessage")}
            >
              <span className={styles.icon}>
                <Plus size={16} aria-hidden />
              </span>
              {t.newMessage}
            </button>
          </li>
        )}
        {shown.length < channels.length && (
          <li>
            <button type="button" className={cx(styles.row, styles.more)} data-row onClick={() => setAll(true)}>
              {t.showMore(channels.length - shown.length)}
            </button>
          </li>
        )}
      </ul>
    </section>
  );
}

function titleOf(section: Section): string {
  return section.type === "custom" ? (section.name ?? "") : t.sections[section.type];
}

function Heading({ section, title }: { readonly section: Section; readonly title: string }) {
  const app = useApp();
  const sidebar = sidebarOf(useWorkspace());
  const options = useAnchor();
  const { id, type, collapsed } = section;
  const failed = () => app.toasts.show({ text: strings.common.failed, tone: "danger" });
  return (
    <div className={styles.heading}>
      <button
        type="button"
        data-row
        className={styles.toggle}
        aria-expanded={!collapsed}
        draggable={type === "custom"}
        onDragStart={(e) => e.dataTransfer.setData(dragType.section, id)}
        onClick={() => void sidebar.setCollapsed(id, !collapsed).catch(failed)}
      >
        <ChevronDown size={16} className={styles.chevron} aria-hidden />
        <span dir="auto">{title}</span>
      </button>
      <span className={styles.tools}>
        {type === "custom" && (
          <IconButton
            label={t.sectionOptions(title)}
            icon={Ellipsis}
            size="sm"
            aria-haspopup="menu"
            aria-expanded={options.anchor !== null}
            onClick={(e) => options.toggle(e.currentTarget)}
          />
        )}
        {type === "channels" && (
          <IconButton
            label={t.addChannels}
            icon={Plus}
            size="sm"
            aria-haspopup="menu"
            aria-expanded={options.anchor !== null}
            onClick={(e) => options.toggle(e.currentTarget)}
          />
        )}
        {type === "dms" && (
          <IconButton label={t.newMessage} icon={Plus} size="sm" onClick={() => openModal(app, "newMessage")} />
        )}
      </span>
      {options.anchor && (
        <Menu anchor={options.anchor} onClose={options.close} label={title}>
          {type === "channels" ? (
            <>
              <MenuItem onSelect={() => openModal(app, "browseChannels")}>{t.browseChannels}</MenuItem>
              <MenuItem onSelect={() => openModal(app, "createChannel")}>{t.createChannel}</MenuItem>
            </>
          ) : (
            <>
              <MenuItem onSelect={() => openModal(app, "section", { section: id })}>{t.renameSection}</MenuItem>
              <MenuItem danger onSelect={() => void sidebar.removeSection(id).catch(failed)}>
                {t.deleteSection}
              </MenuItem>
            </>
          )}
        </Menu>
      )}
    </div>
  );
}
