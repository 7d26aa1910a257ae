import { lazy, Suspense, useEffect, useMemo, useState } from "react";
import type { ChannelID, Ts } from "../../wire/objects";
import { useWorkspace } from "../hooks/app";
import { useComputed } from "../hooks/use_computed";
import { cx } from "../ui";
import styles from "./composer.module.css";

export interface ComposerProps {
  readonly channel: ChannelID;
  /** The thread that is answered. */
  readonly thread?: Ts;
  /** Begins to edit the last message of one's own, for ↑ in an empty composer; false where there is none. */
  readonly onEditLast?: () => boolean;
  /** Called by Escape while nothing is written. */
  readonly onEscape?: () => void;
  /** Called when a message was sent. */
  readonly onSent?: () => void;
  /** Takes the focus when it is shown; what is done on desktops where it isn't said. */
  readonly autoFocus?: boolean;
}

let loaded = false;

const Writing = lazy(() =>
  import("./writing").then((m) => {
    loaded = true;
    return { default: m.Writing };
  }),
);

/**
 * Where messages are written, of a conversation or of a thread. Its code is the
 * heaviest of the first screen, and comes after what there is to read: until then
 * an empty box keeps its place.
 */
export function Composer(props: ComposerProps) {
  const { channel, thread } = props;
  const from = useMemo(() => document.activeElement, [channel, thread]);
  if (!useTurn(channel, thread)) return <Place />;
  return (
    <Suspense fallback={<Place />}>
      <Writing {...props} from={from} />
    </Suspense>
  );
}

const patience = 1_500; // ms that the messages are waited for

/** Whether it is the composer's turn to be loaded: the messages are painted, or are long in coming. */
function useTurn(channel: ChannelID, thread: Ts | undefined): boolean {
  const w = useWorkspace();
  const [turn, setTurn] = useState(loaded);
  const shown = useComputed(() => {
    const timeline = thread ? w.threads.of(channel, thread) : w.timelines.of(channel);
    return timeline.loading.value !== "all";
  }, [w, channel, thread]);
  useEffect(() => {
    if (turn) return;
    const go = () => setTurn(true);
    const timer = setTimeout(go, patience);
    // Of two frames, the first one paints the messages.
    let frame = shown ? requestAnimationFrame(() => (frame = requestAnimationFrame(go))) : 0;
    return () => {
      clearTimeout(timer);
      cancelAnimationFrame(frame);
    };
  }, [turn, shown]);
  return turn;
}

/** As high as the composer that comes. */
function Place() {
  return (
    <div className={styles.composer} aria-hidden>
      <div className={cx(styles.box, styles.unmade)} />
      <div className={styles.typing} />
    </div>
  );
}
