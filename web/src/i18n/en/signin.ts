const dateTime = new Intl.DateTimeFormat("en", { dateStyle: "long", timeStyle: "short" });
const list = new Intl.ListFormat("en");

const errors: Record<string, string> = {
  invalid_credentials: "The workspace, the address or the password is wrong.",
  invalid_two_factor_code: "This code is wrong, or was used already.",
  invalid_code: "This link or code is used, too old, or wrong. Ask for a new one.",
  invalid_password:
    "Take at least 8 characters, and none that everybody guesses: not a common password, nor a name or address of yours or of the workspace.",
  two_factor_already_set_up: "A second factor is set up already.",
  invalid_workspace_name: "This can't be the name of a workspace.",
  invalid_email: "This is not an e-mail address.",
  invalid_name: "This name can't be used.",
  invalid_domain: "The short name has letters a to z, digits and hyphens.",
  domain_taken: "Another workspace has this short name.",
  email_taken: "There is an account with this address already: sign in.",
  mail_not_configured: "This server sends no mail. Ask an administrator of the workspace for a link.",
  ratelimited: "That was too often. Wait a minute.",
  no_answer: "The server does not answer. Try again.",
};

const roles: Record<string, string> = {
  admin: "an administrator",
  owner: "an owner",
  guest: "a guest",
  single_guest: "a guest",
};

export const signin = {
  error: (code: string) => errors[code] ?? `That did not work (${code}).`,
  signIn: "Sign in",
  signInTo: "Sign in to your workspace",
  workspace: "Workspace",
  workspacePlaceholder: "acme",
  email: "E-mail address",
  yourEmail: "Your e-mail address",
  password: "Password",
  passwordHint: "At least 8 characters. A few words that nobody else would put together are best.",
  newPassword: "New password",
  showPassword: "Show the password",
  hidePassword: "Hide the password",
  code: "Code",
  codeHint: "Of your authenticator app, or a recovery code.",
  replaces: (user: string, team: string) =>
    `In this browser ${user} is signed in to ${team}. Signing in here ends that, and removes what the browser keeps of it.`,
  forgot: "Forgot your password?",
  forgotText:
    "You get a link by e-mail, where the server can send any. Else an administrator of the workspace can make one for you.",
  sendLink: "Send me a link",
  linkSent: "If there is an account with this address, a link is on its way to it.",
  backToSignIn: "Back to signing in",
  backToTeam: (team: string) => `Back to ${team}`,
  newHere: "New here?",
  makeWorkspace: "Make a workspace",
  setupFirst: "The first workspace of this server, and you as its owner.",
  setupFurther: "A new workspace on this server, and you as its owner.",
  setupClosed:
    "This server has a workspace already. Sign in, or ask whoever runs the server for a code to make a further one.",
  haveCode: "I have a code",
  oneTimeCode: "One-time code",
  oneTimeCodeHint: "From the server's log, or from whoever runs the server.",
  workspaceName: "Name of the workspace",
  workspaceNamePlaceholder: "Acme",
  shortName: "Short name",
  shortNameHint: "a to z, 0 to 9 and hyphens; people type it to sign in.",
  yourName: "Your name",
  join: "Join",
  joinTeam: (team: string) => `Join ${team}`,
  invites: (inviter: string, team: string, role: string, channels: readonly string[]) => {
    const as = roles[role];
    const where = channels.length > 0 ? ` in ${list.format(channels.map((name) => `#${name}`))}` : "";
    return `${inviter} invites you to ${team}${as ? `, as ${as}${where}` : ""}.`;
  },
  goodUntil: (seconds: number) => `The invitation is good until ${dateTime.format(seconds * 1000)}.`,
  incomplete:
    "This link is incomplete: its last part, behind the #, is missing. Open the whole link, or ask for a new one.",
  linkFailed: "This link does not work",
  setNew: "Set a new password",
  setIt: "Set the password",
  isSet: "Your password is set.",
} as const;
