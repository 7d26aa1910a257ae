import { strings } from "../../i18n";
import { nameOf } from "../../state/users";
import type { ChannelID, Ts } from "../../wire/objects";
import { useWorkspace } from "../hooks/app";
import { useComputed } from "../hooks/use_computed";
import styles from "./composer.module.css";

/** Who is writing just now. Its place is kept, so that nothing moves when somebody begins. */
export function TypingLine({ channel, thread }: { readonly channel: ChannelID; readonly thread?: Ts }) {
  const w = useWorkspace();
  const words = useComputed(
    () =>
      strings.composer.typing(
        w.typing
          .in(channel, thread)
          .value.map((id) => nameOf(w.users.get(id).value))
          .filter(Boolean),
      ),
    [w, channel, thread],
  );
  return (
    <div className={styles.typing} aria-live="polite">
      {words}
    </div>
  );
}
