import { useEffect, useState } from "react";
import { strings } from "../../i18n";
import type { Connection } from "../../net/connection";
import { useWorkspace } from "../hooks/app";
import { useValue } from "../hooks/use_value";
import { cx } from "../ui";
import styles from "./connection_banner.module.css";

const t = strings.shell;
const patience = 2_000; // shorter losses are nobody's concern
const relief = 2_500; // how long it says that all is well again

/** Says that the connection is lost, and that it is back. It lies over the header and moves nothing. */
export function ConnectionBanner() {
  const w = useWorkspace();
  const connection = useValue(w.connection);
  const live = connection.state === "live";
  const [lost, setLost] = useState(false);
  const [back, setBack] = useState(false);
  const [begun, setBegun] = useState(live);
  useEffect(() => {
    if (!live) {
      const timer = setTimeout(() => setLost(true), patience);
      return () => clearTimeout(timer);
    }
    setBegun(true);
    setLost((was) => {
      if (was && begun) setBack(true);
      return false;
    });
    const timer = setTimeout(() => setBack(false), relief);
    return () => clearTimeout(timer);
  }, [live, begun]);
  const told = useToldOffline(lost && !live ? connection : undefined, begun);
  return (
    <div className={styles.place} role="status" aria-label={t.connection}>
      {told && (
        <div className={cx(styles.banner, styles.lost)}>
          {told}
          {connection.state === "waiting" && (
            <button type="button" className={styles.action} onClick={() => w.reconnect()}>
              {t.reconnectNow}
            </button>
          )}
          {connection.state === "stopped" && (
            <button type="button" className={styles.action} onClick={() => window.location.reload()}>
              {t.reload}
            </button>
          )}
        </div>
      )}
      {!told && back && <div className={cx(styles.banner, styles.back)}>{t.caughtUp}</div>}
    </div>
  );
}

function useToldOffline(connection: Connection | undefined, begun: boolean): string | undefined {
  const w = useWorkspace();
  const until = connection?.state === "waiting" ? connection.until : undefined;
  const [now, setNow] = useState(() => w.platform.clock.now());
  useEffect(() => {
    if (until === undefined) return;
    setNow(w.platform.clock.now());
    const timer = setInterval(() => setNow(w.platform.clock.now()), 1_000);
    return () => clearInterval(timer);
  }, [w, until]);
  switch (connection?.state) {
    case undefined:
    case "live":
      return undefined;
    case "connecting":
      return begun ? t.reconnecting : t.connecting;
    case "offline":
      return t.offline;
    case "waiting":
      return t.reconnectingIn(Math.max(1, Math.ceil((connection.until - now) / 1000)));
    case "stopped":
      return connection.why === "too_many_sockets" ? t.tooManySockets : t.fault;
  }
}
