// Reads new messages out to who does not see them.

import { useEffect, useState } from "react";
import { strings } from "../../i18n";
import { nameOf } from "../../state/users";
import { excerpt } from "../../text/plain";
import { useValue } from "../hooks/use_value";
import { VisuallyHidden } from "../ui";
import { namesOf } from "./actions";
import { authorOf } from "./author";
import type { ListState } from "./list_state";

export function LiveNews({ state }: { readonly state: ListState }) {
  const last = useValue(state.lastNews);
  const [words, setWords] = useState("");
  useEffect(() => {
    if (last === undefined) return;
    const m = state.timeline.message(last).peek();
    if (m === undefined || m.user === state.w.self.peek().id) return;
    const user = m.user === undefined ? undefined : state.w.users.get(m.user).peek();
    const name = authorOf(m, user).name || nameOf(user) || strings.messages.someone;
    setWords(`${name}: ${excerpt(m.text, namesOf(state.w))}`);
  }, [last, state]);
  return (
    <div aria-live="polite" aria-atomic="true">
      <VisuallyHidden>{words}</VisuallyHidden>
    </div>
  );
}
