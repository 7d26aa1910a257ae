import { finding as s } from "../../i18n/finding";
import { channelTitle } from "../../state/channel_title";
import { written } from "../../state/search_query";
import type { Workspace } from "../../state/workspace";
import { useApp, useWorkspace } from "../hooks/app";
import { Modal } from "../ui";
import { goTo } from "./go";
import { SearchField } from "./search_field";

export interface SearchModalProps {
  /** The conversation to search in. */
  readonly channel?: string;
  readonly close: () => void;
}

/** The operator that keeps a search to one conversation. */
function within(workspace: Workspace, id: string): string {
  const channel = workspace.channels.get(id).peek();
  if (channel === undefined) return "";
  if (channel.is_im === true) {
    const other = workspace.users.get(channel.user ?? "").peek();
    return other === undefined ? "" : `${written("in", `@${other.name}`)} `;
  }
  return channel.is_mpim === true
    ? `${written("in", id)} `
    : `${written("in", `#${channelTitle(workspace, channel)}`)} `;
}

/** The search box: what one looks for, with hints while one writes. */
export function SearchModal({ channel, close }: SearchModalProps) {
  const app = useApp();
  const workspace = useWorkspace();
  return (
    <Modal title={s.title} size="lg" bare high onClose={close}>
      <SearchField
        initial={channel === undefined ? "" : within(workspace, channel)}
        inline
        onSearch={(text) => {
          close();
          app.navigate({ main: { type: "search", query: text } });
        }}
        onOpen={(match) => {
          close();
          goTo(app, match);
        }}
      />
    </Modal>
  );
}
