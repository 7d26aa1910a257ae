import { type ComponentProps, type ComponentType, lazy } from "react";
import type { App } from "../../state/app";
import { SearchModal } from "../search/search_modal";
import { SwitcherModal } from "../switcher/switcher_modal";

/**
 * The dialogs, each loaded when it is first opened: a line for each. A dialog gets
 * the props that openModal was given, and close. Those that one types into right
 * after their key come with the client: letters would go elsewhere meanwhile.
 */
export const modals = {
  editLink: lazy(() => import("../composer/link_dialog").then((m) => ({ default: m.LinkDialog }))),
  forward: lazy(() => import("../messages/forward_modal").then((m) => ({ default: m.ForwardModal }))),
  removeMessage: lazy(() => import("../messages/remove_modal").then((m) => ({ default: m.RemoveModal }))),
  bookmark: lazy(() => import("../messages/bookmark_modal").then((m) => ({ default: m.BookmarkModal }))),
  viewer: lazy(() => import("../media/viewer").then((m) => ({ default: m.Viewer }))),
  switcher: SwitcherModal,
  shortcuts: lazy(() => import("../switcher/shortcuts_modal").then((m) => ({ default: m.ShortcutsModal }))),
  newMessage: lazy(() => import("../switcher/new_message_modal").then((m) => ({ default: m.NewMessageModal }))),
  status: lazy(() => import("../status/status_modal").then((m) => ({ default: m.StatusModal }))),
  pause: lazy(() => import("../status/pause_modal").then((m) => ({ default: m.PauseModal }))),
  section: lazy(() => import("../shell/section_modal").then((m) => ({ default: m.SectionModal }))),
  channelNotices: lazy(() =>
    import("../preferences/channel_notices_modal").then((m) => ({ default: m.ChannelNoticesModal })),
  ),
  preferences: lazy(() => import("../preferences/preferences_modal").then((m) => ({ default: m.PreferencesModal }))),
  confirm: lazy(() => import("../ui/modal").then((m) => ({ default: m.ConfirmModal }))),
  pick_time: lazy(() => import("../pick_time/pick_time_modal").then((m) => ({ default: m.PickTimeModal }))),
  createChannel: lazy(() =>
    import("../create_channel/create_channel_modal").then((m) => ({ default: m.CreateChannelModal })),
  ),
  browseChannels: lazy(() => import("../browse/browse_modal").then((m) => ({ default: m.BrowseModal }))),
  invite: lazy(() => import("../invite/invite_modal").then((m) => ({ default: m.InviteModal }))),
  addMembers: lazy(() => import("../channel_details/add_members_modal").then((m) => ({ default: m.AddMembersModal }))),
  searchBox: SearchModal,
  profileEdit: lazy(() => import("../profile/profile_edit_modal").then((m) => ({ default: m.ProfileEditModal }))),
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
