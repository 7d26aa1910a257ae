import { useCallback, useEffect, useState } from "react";
import { preferences } from "../../i18n/en/preferences";
import { askSignOut } from "../app/sign_out";
import { useApp, useWorkspace } from "../hooks/app";
import { Card } from "../signin/card";
import { Button } from "../ui";
import type { AccountInfo } from "./account_section";
import { FactorGroup } from "./factor_group";
import styles from "./preferences.module.css";

const t = preferences.account;

/** A workspace that asks for a second factor shows nothing else until there is one. */
export function RequiredFactor() {
  const app = useApp();
  const w = useWorkspace();
  const [info, setInfo] = useState<AccountInfo>();
  const load = useCallback(() => void w.api.call<AccountInfo>("account.get").then(setInfo, () => undefined), [w]);
  useEffect(load, [load]);
  return (
    <Card title={t.required} lead={t.requiredText(w.team.peek().name)}>
      {info && <FactorGroup info={info} onChange={load} />}
      <div className={styles.actions}>
        {info?.two_factor && (
          <Button tone="primary" onClick={() => window.location.reload()}>
            {t.goOn}
          </Button>
        )}
        <Button tone="quiet" onClick={() => askSignOut(app, w)}>
          {t.signOut}
        </Button>
      </div>
    </Card>
  );
}
