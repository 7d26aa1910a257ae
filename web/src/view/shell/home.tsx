import { MessagesSquare } from "lucide-react";
import { useEffect } from "react";
import { strings } from "../../i18n";
import { recentOf } from "../../state/recent";
import { sidebarOf } from "../../state/sidebar";
import { openModal } from "../app/modals";
import { useApp, useWorkspace } from "../hooks/app";
import { useComputed } from "../hooks/use_computed";
import { useValue } from "../hooks/use_value";
import { Button, EmptyState } from "../ui";

const t = strings.shell;

/** With room for a conversation, home is the one that was open last, or everybody's. */
export function Home() {
  const app = useApp();
  const w = useWorkspace();
  const status = useValue(w.status);
  const first = useComputed(() => {
    const mine = w.channels.list.value;
    const last = recentOf(w).list.value.find((id) => mine.some((c) => c.id === id));
    return last ?? mine.find((c) => c.is_general)?.id ?? sidebarOf(w).order.value[0];
  }, [w]);
  useEffect(() => {
    if (first && status === "ready") app.navigate({ main: { type: "channel", channel: first } }, { replace: true });
  }, [app, first, status]);
  if (status !== "ready" || first) return null;
  return (
    <EmptyState
      icon={MessagesSquare}
      title={t.noConversations}
      actions={
        <Button tone="primary" onClick={() => openModal(app, "browseChannels")}>
          {t.browseChannels}
        </Button>
      }
    >
      {t.noConversationsText}
    </EmptyState>
  );
}
