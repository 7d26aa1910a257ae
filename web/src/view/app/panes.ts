import { type ComponentType, lazy } from "react";
import type { Main, Side } from "../../state/route";

type Of<T extends { readonly type: string }, K extends T["type"]> = Omit<Extract<T, { type: K }>, "type">;

/** What a pane is given: the route's part without its type. */
export type MainProps<K extends Main["type"]> = Of<Main, K>;
export type SideProps<K extends Side["type"]> = Of<Side, K>;

function soon<P extends object>(): ComponentType<P> {
  return lazy(() => import("./soon").then((m) => ({ default: m.Soon as ComponentType<P> })));
}

/** The large panes, each loaded when it is first shown. */
export const mains = {
  channel: soon<MainProps<"channel">>(),
  unreads: lazy(() => import("../unreads/unreads_page").then((m) => ({ default: m.UnreadsPage }))),
  threads: lazy(() => import("../threads_view/threads_page").then((m) => ({ default: m.ThreadsPage }))),
  activity: lazy(() => import("../activity/activity_page").then((m) => ({ default: m.ActivityPage }))),
  later: lazy(() => import("../later/later_page").then((m) => ({ default: m.LaterPage }))),
  drafts: lazy(() => import("../drafts_view/drafts_page").then((m) => ({ default: m.DraftsPage }))),
  people: soon(),
  search: soon<MainProps<"search">>(),
  admin: soon<MainProps<"admin">>(),
};

/** What lies beside them. */
export const sides = {
  thread: soon<SideProps<"thread">>(),
  profile: soon<SideProps<"profile">>(),
  details: soon<SideProps<"details">>(),
};
