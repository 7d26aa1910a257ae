import type { ClientRoute, Route } from "../../state/route";

/** The pages for accounts: signing in, a new workspace, an invitation, a new password. */
export function AccountPages({ route }: { readonly route: Exclude<Route, ClientRoute> }) {
  return <main>{route.page}</main>;
}
