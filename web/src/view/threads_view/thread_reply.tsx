import { Reply } from "lucide-react";
import { catchUp } from "../../i18n/catch_up";
import { useApp } from "../hooks/app";
import { Button } from "../ui";

/** Where one answers a thread. */
export function ThreadReply({ channel, ts }: { readonly channel: string; readonly ts: string }) {
  const app = useApp();
  return (
    <Button size="sm" icon={Reply} onClick={() => app.navigate({ side: { type: "thread", channel, ts } })}>
      {catchUp.threads.reply}
    </Button>
  );
}
