import { type ComponentProps, type ComponentType, lazy } from "react";
import type { App } from "../../state/app";

function soon<P extends object>(): ComponentType<P & { close: () => void }> {
  return lazy(() =>
    import("./soon").then((m) => ({ default: m.SoonModal as ComponentType<P & { close: () => void }> })),
  );
}

/**
 * The dialogs, each loaded when it is first opened: a line for each. A dialog gets
 * the props that openModal was given, and close.
 */
export const modals = {
  viewer: lazy(() => import("../media/viewer").then((m) => ({ default: m.Viewer }))),
  switcher: lazy(() => import("../switcher/switcher_modal").then((m) => ({ default: m.SwitcherModal }))),
  shortcuts: lazy(() => import("../switcher/shortcuts_modal").then((m) => ({ default: m.ShortcutsModal }))),
  newMessage: lazy(() => import("../switcher/new_message_modal").then((m) => ({ default: m.NewMessageModal }))),
  status: lazy(() => import("../status/status_modal").then((m) => ({ default: m.StatusModal }))),
  pause: lazy(() => import("../status/pause_modal").then((m) => ({ default: m.PauseModal }))),
  section: lazy(() => import("../shell/section_modal").then((m) => ({ default: m.SectionModal }))),
  preferences: lazy(() => import("../preferences/preferences_modal").then((m) => ({ default: m.PreferencesModal }))),
  confirm: lazy(() => import("../ui/modal").then((m) => ({ default: m.ConfirmModal }))),
  pick_time: lazy(() => import("../pick_time/pick_time_modal").then((m) => ({ default: m.PickTimeModal }))),
  createChannel: soon<object>(),
  browseChannels: soon<object>(),
  invite: soon<{ readonly channels?: readonly string[] }>(),
  addMembers: soon<{ readonly channel: string }>(),
  searchBox: soon<{ readonly channel?: string }>(),
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
