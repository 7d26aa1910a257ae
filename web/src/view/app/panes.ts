import { lazy } from "react";
import type { Main, Side } from "../../state/route";

type Of<T extends { readonly type: string }, K extends T["type"]> = Omit<Extract<T, { type: K }>, "type">;

/** What a pane is given: the route's part without its type. */
export type MainProps<K extends Main["type"]> = Of<Main, K>;
export type SideProps<K extends Side["type"]> = Of<Side, K>;

/** The large panes, each loaded when it is first shown; a conversation is the first screen, and comes with the client. */
export const mains = {
  unreads: lazy(() => import("../unreads/unreads_page").then((m) => ({ default: m.UnreadsPage }))),
  threads: lazy(() => import("../threads_view/threads_page").then((m) => ({ default: m.ThreadsPage }))),
  activity: lazy(() => import("../activity/activity_page").then((m) => ({ default: m.ActivityPage }))),
  later: lazy(() => import("../later/later_page").then((m) => ({ default: m.LaterPage }))),
  drafts: lazy(() => import("../drafts_view/drafts_page").then((m) => ({ default: m.DraftsPage }))),
  people: lazy(() => import("../people/people_page").then((m) => ({ default: m.PeoplePage }))),
  search: lazy(() => import("../search/search_page").then((m) => ({ default: m.SearchPage }))),
  admin: lazy(() => import("../admin/admin_page").then((m) => ({ default: m.AdminPage }))),
};

/** What lies beside them. */
export const sides = {
  thread: lazy(() => import("../thread/thread_pane").then((m) => ({ default: m.ThreadPane }))),
  profile: lazy(() => import("../profile/profile_pane").then((m) => ({ default: m.ProfilePane }))),
  details: lazy(() => import("../channel_details/details_pane").then((m) => ({ default: m.DetailsPane }))),
};
