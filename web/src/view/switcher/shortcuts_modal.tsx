import { useMemo, useState } from "react";
import { switcher as t } from "../../i18n/en/switcher";
import { type Command, commandGroups, keysOf } from "../../state/commands";
import { fold, match } from "../../state/fuzzy";
import { useApp } from "../hooks/app";
import { Field, Kbd, Modal, ModalBody, TextInput } from "../ui";
import { fixedShortcuts } from "./fixed_shortcuts";
import styles from "./switcher.module.css";

/** ⌘/: every key that does something. */
export function ShortcutsModal({ close }: { readonly close: () => void }) {
  const app = useApp();
  const [filter, setFilter] = useState("");
  const all = useMemo(() => unique([...app.commands.all.peek(), ...fixedShortcuts]), [app]);
  const query = fold(filter.trim()).plain;
  const shown = all.filter((c) => match(query, fold(c.title)));
  return (
    <Modal title={t.shortcuts} size="xl" onClose={close}>
      <ModalBody>
        <div className={styles.filter}>
          <Field label={t.filter} hideLabel>
            {(control) => (
              <TextInput
                {...control}
                value={filter}
                placeholder={t.filter}
                data-autofocus
                onChange={(e) => setFilter(e.currentTarget.value)}
              />
            )}
          </Field>
        </div>
        <div className={styles.sheet}>
          {commandGroups.map((group) => {
            const commands = shown.filter((c) => c.group === group);
            return (
              commands.length > 0 && (
                <section key={group} className={styles.group}>
                  <h3>{t.groups[group]}</h3>
                  <dl>
                    {commands.map((c) => (
                      <div key={c.id} className={styles.shortcut}>
                        <dt>{c.title}</dt>
                        <dd className={styles.keys}>
                          {keysOf(c)
                            .slice(0, 2)
                            .map((keys) => (
                              <Kbd key={keys} keys={keys} />
                            ))}
                        </dd>
                      </div>
                    ))}
                  </dl>
                </section>
              )
            );
          })}
        </div>
      </ModalBody>
    </Modal>
  );
}

type Shown = Pick<Command, "id" | "title" | "group" | "keys">;

/** With keys, and each title once: a command may be registered by several views at a time. */
function unique(commands: readonly Shown[]): readonly Shown[] {
  const seen = new Set<string>();
  return commands.filter((c) => {
    const first = c.keys !== undefined && !seen.has(c.title);
    seen.add(c.title);
    return first;
  });
}
