import type { CSSProperties } from "react";
import { preferences } from "../../i18n/en/preferences";
import { accentHues, accents, themeChoices } from "../../state/theme";
import { timeOf } from "../../state/when";
import { useApp } from "../hooks/app";
import { useValue } from "../hooks/use_value";
import { cx, Switch, Tooltip } from "../ui";
import styles from "./preferences.module.css";
import { usePref } from "./use_pref";

const t = preferences.appearance;

export function AppearanceSection() {
  const app = useApp();
  const choice = useValue(app.theme.choice);
  const accent = useValue(app.theme.accent);
  const [time24, setTime24] = usePref("time24", false);
  const example = timeOf(new Date(2000, 0, 1, 16, 30), { hour12: !time24 });
  return (
    <>
      <div className={styles.group}>
        <h3 className={styles.heading}>{t.theme}</h3>
        <div className={styles.themes} role="radiogroup" aria-label={t.theme}>
          {themeChoices.map((c) => (
            // biome-ignore lint/a11y/useSemanticElements: a picture to be chosen, with the keys of a button
            <button
              key={c}
              type="button"
              role="radio"
              aria-checked={c === choice}
              className={styles.theme}
              onClick={() => app.theme.choose(c)}
            >
              {c === "system" ? (
                <span className={styles.halves} aria-hidden>
                  <Swatch scheme="light" />
                  <Swatch scheme="dark" />
                </span>
              ) : (
                <Swatch scheme={c} />
              )}
              {t[c]}
            </button>
          ))}
        </div>
      </div>
      <div className={styles.group}>
        <h3 className={styles.heading}>{t.accent}</h3>
        <div className={styles.accents} role="radiogroup" aria-label={t.accent}>
          {accents.map((a) => (
            <Tooltip key={a} text={t.accents[a]}>
              {/* biome-ignore lint/a11y/useSemanticElements: a colour to be chosen, with the keys of a button */}
              <button
                type="button"
                role="radio"
                aria-checked={a === accent}
                aria-label={t.accents[a]}
                className={styles.accent}
                data-hue={a}
                style={{ "--accent-hue": accentHues[a] } as CSSProperties}
                onClick={() => app.theme.chooseAccent(a)}
              />
            </Tooltip>
          ))}
        </div>
      </div>
      <div className={styles.group}>
        <h3 className={styles.heading}>{t.time}</h3>
        <Switch label={t.time24} hint={t.time24Hint(example)} checked={time24} onChange={setTime24} />
      </div>
    </>
  );
}

function Swatch({ scheme }: { readonly scheme: "light" | "dark" }) {
  return (
    <span className={cx(styles.swatch, styles[scheme])} aria-hidden>
      <span />
      <span>
        <i />
        <i />
        <i />
      </span>
    </span>
  );
}
