import { useEffect, useMemo } from "react";
import { strings } from "../../i18n";
import { Accounts } from "../../state/account";
import type { ClientRoute, Route } from "../../state/route";
import { useApp } from "../hooks/app";
import { InvitePage } from "./invite_page";
import { ResetPage } from "./reset_page";
import { SetupPage } from "./setup_page";
import { SignInPage } from "./signin_page";

/** The pages for accounts: signing in, a new workspace, an invitation, a new password. */
export function AccountPages({ route }: { readonly route: Exclude<Route, ClientRoute> }) {
  const app = useApp();
  const accounts = useMemo(() => new Accounts(app.platform), [app]);
  useEffect(() => {
    document.title = `${titles[route.page]} · ${strings.common.product}`;
  }, [route.page]);
  switch (route.page) {
    case "signin":
      return <SignInPage accounts={accounts} workspace={route.workspace} next={route.next} />;
    case "setup":
      return <SetupPage accounts={accounts} code={route.code} />;
    case "invite":
      return <InvitePage accounts={accounts} code={route.code} />;
    case "reset":
      return <ResetPage accounts={accounts} code={route.code} />;
  }
}

const titles = {
  signin: strings.signin.signIn,
  setup: strings.signin.makeWorkspace,
  invite: strings.signin.join,
  reset: strings.signin.setNew,
} as const;
