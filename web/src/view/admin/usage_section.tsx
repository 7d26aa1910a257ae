import { useEffect, useMemo } from "react";
import { admin } from "../../i18n/admin";
import { Usage, type UsageFacts } from "../../state/admin_log";
import { bytesOf } from "../../state/when";
import { useWorkspace } from "../hooks/app";
import { useValue } from "../hooks/use_value";
import { Failure } from "../listing/failure";
import { SkeletonRows, smallLine } from "../ui";
import styles from "./admin.module.css";
import { SectionHead } from "./section_head";

const s = admin.usage;
const counted = ["members", "guests", "bots", "deactivated", "channels", "messages", "files", "sessions"] as const;

/** How much of everything there is. */
export function UsageSection() {
  const workspace = useWorkspace();
  const usage = useMemo(() => new Usage(workspace.api), [workspace]);
  const facts = useValue(usage.facts);
  const load = useValue(usage.load);
  useEffect(() => void usage.open(), [usage]);
  return (
    <>
      <SectionHead section="usage" />
      <div className={styles.scroll}>
        {facts === undefined && load.state === "failed" && <Failure code={load.code} retry={() => void usage.open()} />}
        {facts === undefined && load.state !== "failed" && <SkeletonRows rows={3} />}
        {facts !== undefined && <Facts facts={facts} />}
      </div>
    </>
  );
}

function Facts({ facts }: { readonly facts: UsageFacts }) {
  const { storage_bytes: used, storage_limit: limit = 0 } = facts;
  return (
    <dl className={styles.facts}>
      {counted.map((name) => {
        const n = facts[name];
        return n === undefined ? null : (
          <div key={name} className={styles.fact}>
            <dt>{s[name]}</dt>
            <dd>{s.n(n)}</dd>
          </div>
        );
      })}
      {used !== undefined && (
        <div className={styles.fact}>
          <dt>{s.storage}</dt>
          <dd>{bytesOf(used)}</dd>
          {limit > 0 && (
            <>
              <span className={styles.meter} aria-hidden>
                <span style={{ width: `${Math.min(100, (100 * used) / limit)}%` }} />
              </span>
              <span className={smallLine}>{s.of(bytesOf(used), bytesOf(limit))}</span>
            </>
          )}
        </div>
      )}
    </dl>
  );
}
