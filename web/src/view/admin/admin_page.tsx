import { ShieldOff } from "lucide-react";
import { useEffect, useMemo } from "react";
import { admin as s } from "../../i18n/admin";
import { type AdminSection, adminSections, sectionsFor } from "../../state/admin";
import { administrationOf } from "../../state/views";
import { useApp, useWorkspace } from "../hooks/app";
import { useLayout } from "../hooks/use_layout";
import { useValue } from "../hooks/use_value";
import { Failure } from "../listing/failure";
import { GoLink } from "../listing/go_link";
import listing from "../listing/listing.module.css";
import { cx, EmptyState, PaneHeader, Select, SkeletonRows } from "../ui";
import styles from "./admin.module.css";
import { AuditSection } from "./audit_section";
import { BotsSection } from "./bots_section";
import { ChannelsSection } from "./channels_section";
import { EmojiSection } from "./emoji_section";
import { GroupsSection } from "./groups_section";
import { InvitesSection } from "./invites_section";
import { MembersSection } from "./members_section";
import { PermissionsSection } from "./permissions_section";
import { SettingsSection } from "./settings_section";
import { UsageSection } from "./usage_section";

/** What owners and administrators look after. Who may do less finds fewer pages. */
export function AdminPage({ section }: { readonly section: string }) {
  const app = useApp();
  const workspace = useWorkspace();
  const narrow = useLayout() !== "desktop";
  const administration = useMemo(() => administrationOf(workspace), [workspace]);
  const load = useValue(administration.load);
  const may = useValue(administration.may);
  useEffect(() => void administration.open(), [administration]);
  const sections = sectionsFor(may);
  const wanted = adminSections.find((name) => name === section);
  const shown = wanted !== undefined && sections.includes(wanted) ? wanted : sections[0];
  return (
    <section className={listing.page} aria-label={s.title}>
      <PaneHeader title={s.title} subtitle={shown === undefined || narrow ? undefined : s.sections[shown]} />
      {load.state === "failed" && sections.length === 0 && (
        <Failure code={load.code} retry={() => void administration.open()} />
      )}
      {load.state === "loading" && sections.length === 0 && <SkeletonRows />}
      {load.state === "ready" && shown === undefined && (
        <EmptyState icon={ShieldOff} title={s.nothing}>
          {s.nothingText}
        </EmptyState>
      )}
      {shown !== undefined && (
        <div className={cx(styles.frame, narrow && styles.stacked)}>
          {narrow ? (
            <div className={styles.choose}>
              <Select
                aria-label={s.title}
                value={shown}
                options={sections.map((value) => ({ value, label: s.sections[value] }))}
                onChange={(value) => app.navigate({ main: { type: "admin", section: value } }, { replace: true })}
              />
            </div>
          ) : (
            <nav className={styles.nav} aria-label={s.title}>
              {sections.map((value) => (
                <GoLink
                  key={value}
                  to={{ main: { type: "admin", section: value } }}
                  className={cx(styles.navItem, value === shown && styles.current)}
                  current={value === shown}
                >
                  {s.sections[value]}
                </GoLink>
              ))}
            </nav>
          )}
          <div className={styles.content}>
            <Shown key={shown} section={shown} />
          </div>
        </div>
      )}
    </section>
  );
}

function Shown({ section }: { readonly section: AdminSection }) {
  switch (section) {
    case "members":
      return <MembersSection />;
    case "invites":
      return <InvitesSection />;
    case "channels":
      return <ChannelsSection />;
    case "bots":
      return <BotsSection />;
    case "groups":
      return <GroupsSection />;
    case "emoji":
      return <EmojiSection />;
    case "settings":
      return <SettingsSection />;
    case "permissions":
      return <PermissionsSection />;
    case "audit":
      return <AuditSection />;
    case "usage":
      return <UsageSection />;
  }
}
