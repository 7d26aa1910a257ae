import type { ComponentProps, ComponentType } from "react";
import type { App } from "../../state/app";
import { SearchModal } from "../search/search_modal";
import { SwitcherModal } from "../switcher/switcher_modal";
import { ConfirmModal } from "../ui";
import { late } from "./late";

/**
 * The dialogs, each loaded when it is first opened: a line for each. A dialog gets
 * the props that openModal was given, and close. Those that are opened most come with the client.
 */
export const modals = {
  editLink: late(() => import("../composer/link_dialog").then((m) => m.LinkDialog)),
  forward: late(() => import("../messages/forward_modal").then((m) => m.ForwardModal)),
  removeMessage: late(() => import("../messages/remove_modal").then((m) => m.RemoveModal)),
  bookmark: late(() => import("../messages/bookmark_modal").then((m) => m.BookmarkModal)),
  viewer: late(() => import("../media/viewer").then((m) => m.Viewer)),
  switcher: SwitcherModal,
  shortcuts: late(() => import("../switcher/shortcuts_modal").then((m) => m.ShortcutsModal)),
  newMessage: late(() => import("../switcher/new_message_modal").then((m) => m.NewMessageModal)),
  status: late(() => import("../status/status_modal").then((m) => m.StatusModal)),
  pause: late(() => import("../status/pause_modal").then((m) => m.PauseModal)),
  section: late(() => import("../shell/section_modal").then((m) => m.SectionModal)),
  channelNotices: late(() => import("../preferences/channel_notices_modal").then((m) => m.ChannelNoticesModal)),
  preferences: late(() => import("../preferences/preferences_modal").then((m) => m.PreferencesModal)),
  confirm: ConfirmModal,
  pick_time: late(() => import("../pick_time/pick_time_modal").then((m) => m.PickTimeModal)),
  createChannel: late(() => import("../create_channel/create_channel_modal").then((m) => m.CreateChannelModal)),
  browseChannels: late(() => import("../browse/browse_modal").then((m) => m.BrowseModal)),
  invite: late(() => import("../invite/invite_modal").then((m) => m.InviteModal)),
  addMembers: late(() => import("../channel_details/add_members_modal").then((m) => m.AddMembersModal)),
  searchBox: SearchModal,
  profileEdit: late(() => import("../profile/profile_edit_modal").then((m) => m.ProfileEditModal)),
};

export type ModalName = keyof typeof modals;

type PropsOf<N extends ModalName> = Omit<ComponentProps<(typeof modals)[N]>, "close">;

/** Opens a dialog; the function returned closes it. */
export function openModal<N extends ModalName>(
  app: App,
  name: N,
  ...props: object extends PropsOf<N> ? [PropsOf<N>?] : [PropsOf<N>]
): () => void {
  return app.overlays.open(name, props[0] ?? {});
}

/** What a name of the stack shows. openModal is the only one who puts names there, so its props are the right ones. */
export function modalOf(name: string): ComponentType<{ close: () => void }> | undefined {
  return name in modals ? (modals[name as ModalName] as unknown as ComponentType<{ close: () => void }>) : undefined;
}
