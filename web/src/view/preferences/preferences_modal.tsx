import { Bell, CircleUserRound, Clock, type LucideIcon, PenLine, SunMoon } from "lucide-react";
import { lazy, Suspense, useState } from "react";
import { preferences as t } from "../../i18n/en/preferences";
import { cx, Modal, SkeletonRows } from "../ui";
import { AppearanceSection } from "./appearance_section";
import { NotificationsSection } from "./notifications_section";
import styles from "./preferences.module.css";
import { TimeSection } from "./time_section";
import { WritingSection } from "./writing_section";

const AccountSection = lazy(() => import("./account_section").then((m) => ({ default: m.AccountSection })));

export type PreferencesSection = keyof typeof t.sections;

const sections: readonly (readonly [PreferencesSection, LucideIcon])[] = [
  ["notifications", Bell],
  ["appearance", SunMoon],
  ["writing", PenLine],
  ["time", Clock],
  ["account", CircleUserRound],
];

export interface PreferencesModalProps {
  readonly section?: PreferencesSection;
  readonly close: () => void;
}

/** What is a matter of taste, and the account. Everything counts at once; there is nothing to save. */
export function PreferencesModal({ section: first = "notifications", close }: PreferencesModalProps) {
  const [section, setSection] = useState(first);
  return (
    <Modal title={t.title} size="xl" onClose={close} className={styles.dialog}>
      <div className={styles.columns}>
        <nav className={styles.nav} aria-label={t.title}>
          {sections.map(([name, Icon]) => (
            <button
              key={name}
              type="button"
              className={cx(styles.item, name === section && styles.chosen)}
              aria-current={name === section ? "page" : undefined}
              data-autofocus={name === first || undefined}
              onClick={() => setSection(name)}
            >
              <Icon size={16} aria-hidden />
              {t.sections[name]}
            </button>
          ))}
        </nav>
        <section className={styles.content} aria-label={t.sections[section]}>
          <Suspense fallback={<SkeletonRows />}>
            <Section name={section} />
          </Suspense>
        </section>
      </div>
    </Modal>
  );
}

function Section({ name }: { readonly name: PreferencesSection }) {
  switch (name) {
    case "notifications":
      return <NotificationsSection />;
    case "appearance":
      return <AppearanceSection />;
    case "writing":
      return <WritingSection />;
    case "time":
      return <TimeSection />;
    case "account":
      return <AccountSection />;
  }
}
