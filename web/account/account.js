// The pages for accounts. Each form names the method that it calls; what follows
// an answer stands in `after`. A session's token is kept here, in the browser's
// storage: it is of no use without the cookie, which no script can read.

const page = document.body.dataset.page;
const $ = (id) => document.getElementById(id);

// A code comes behind the #, which browsers don't send anywhere. It goes from the
// address bar at once, so that it isn't read there or found in the history.
const code = decodeURIComponent(location.hash.slice(1));
if (code) history.replaceState(null, "", location.pathname);

const words = {
  invalid_credentials: "The workspace, the address or the password is wrong.",
  invalid_two_factor_code: "This code is wrong, or was used already.",
  two_factor_required: "Type the code of your authenticator app, or a recovery code.",
  invalid_code: "This link or code is used, too old, or wrong. Ask for a new one.",
  invalid_password: "A password has at least 8 characters, and is none that everybody guesses: not a common one, nor a name or address of yours or of the workspace.",
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

const sessions = {
  all() {
    try {
      return JSON.parse(localStorage.getItem("taut.sessions")) ?? [];
    } catch {
      return [];
    }
  },
  current() {
    return this.all().find((s) => s.team_id === sessionStorage.getItem("taut.team")) ?? this.all()[0];
  },
  keep({ token, team_id, team, domain, user }) {
    const others = this.all().filter((s) => s.team_id !== team_id);
    localStorage.setItem("taut.sessions", JSON.stringify([{ token, team_id, team, domain, user }, ...others]));
    sessionStorage.setItem("taut.team", team_id);
  },
  drop(team) {
    localStorage.setItem("taut.sessions", JSON.stringify(this.all().filter((s) => s.team_id !== team)));
  },
};

async function call(method, args = {}) {
  const headers = { "Content-Type": "application/json; charset=utf-8" };
  const own = page === "account" && sessions.current();
  if (own) headers.Authorization = "Bearer " + own.token;
  try {
    const r = await fetch("/api/" + method, { method: "POST", headers, body: JSON.stringify(args) });
    return await r.json();
  } catch {
    return { ok: false, error: "no_answer" };
  }
}

// On the page of one's own account there is but one thing to get wrong.
if (page === "account") words.invalid_credentials = "The present password is wrong.";

const incomplete = "This link is incomplete: its last part, behind the #, is missing. Open the whole link, or ask for a new one.";

function say(form, error) {
  const place = form.querySelector(".error");
  place.textContent = error ? (words[error] ?? "That did not work: " + error + ".") : "";
  place.classList.toggle("hint", error === "two_factor_required");
  place.hidden = !error;
}

const date = (seconds) => new Date(seconds * 1000).toLocaleString(undefined, { dateStyle: "medium", timeStyle: "short" });

const enter = (a) => {
  sessions.keep(a);
  location.assign("/account");
};

const after = {
  "account.setup": enter,
  "account.signIn": enter,
  "account.accept": enter,
  "account.reset": (a, form) => finish(form, "Your password is set.", "/signin?workspace=" + encodeURIComponent(a.domain), "Sign in"),
  "account.requestReset": (a, form) => finish(form, "If there is an account with this address, a link is on its way to it."),
  "account.changePassword": (a, form) => {
    form.reset();
    $("changed").textContent = "Your password is changed, and your other sessions have ended.";
    $("changed").hidden = false;
    showSessions();
  },
  "account.totp.begin": (a, form) => {
    form.reset();
    $("secret").textContent = a.secret.replace(/(.{4})(?=.)/g, "$1 ");
    $("otpauth").href = a.otpauth_url;
    $("totp-begin").hidden = true;
    $("totp-confirm").hidden = false;
    $("totp-confirm").querySelector("input").focus();
  },
  "account.totp.confirm": (a, form) => {
    form.reset();
    $("totp-confirm").hidden = true;
    $("codes").textContent = a.recovery_codes.join("\n");
    $("recovery").hidden = false;
    showAccount();
  },
  "account.totp.disable": (a, form) => (form.reset(), showAccount()),
};

function finish(form, text, href, label) {
  const done = document.createElement("p");
  done.setAttribute("role", "status");
  done.textContent = text + " ";
  if (href) done.append(Object.assign(document.createElement("a"), { href, textContent: label }));
  form.replaceWith(done);
}

async function submit(event) {
  event.preventDefault();
  const form = event.target;
  const args = Object.fromEntries(new FormData(form));
  const button = form.querySelector("button");
  say(form, "");
  for (const done of form.querySelectorAll(".done")) done.hidden = true;
  button.disabled = true;
  const answer = await call(form.dataset.method, args);
  button.disabled = false;
  if (answer.ok) {
    after[form.dataset.method](answer, form);
    return;
  }
  if (answer.error === "two_factor_required" && form.elements.totp) {
    form.querySelector(".factor").hidden = false;
    form.elements.totp.focus();
  }
  say(form, answer.error);
}

async function showInvitation() {
  const form = document.forms[0];
  if (!code) {
    $("lead").textContent = incomplete;
    return;
  }
  const a = await call("account.invitation", { code });
  if (!a.ok) {
    $("lead").textContent = words[a.error] ?? "That did not work: " + a.error + ".";
    return;
  }
  const names = new Intl.ListFormat("en").format(a.channels.map((name) => "#" + name));
  const as = { guest: "a guest of " + names, single_guest: "a guest of " + names, admin: "an administrator", owner: "an owner" }[a.role] ?? "a member";
  $("lead").textContent = `${a.inviter} invites you to ${a.team}, as ${as}. The invitation is good until ${date(a.date_expire)}.`;
  if (a.email) {
    form.elements.email.value = a.email;
    form.elements.email.readOnly = true;
  }
  form.hidden = false;
  form.elements.real_name.focus();
}

function showReset() {
  $("lead").textContent = code ? "" : incomplete;
  document.forms[0].hidden = !code;
}

async function showSetup() {
  const form = document.forms[0];
  const a = await call("account.setupInfo");
  const show = () => {
    $("lead").textContent = a.first ? "The first workspace of this server, and its owner." : "A new workspace on this server, and its owner.";
    $("have-code").hidden = true;
    form.hidden = false;
  };
  if (a.ok && !a.code_required && !code) {
    $("code").hidden = true;
    form.elements.code.disabled = true;
  }
  if (!a.ok || a.first || !a.code_required || code) {
    show();
    return;
  }
  const lead = $("lead");
  lead.textContent = "There is nothing to set up: this server has a workspace. ";
  lead.append(Object.assign(document.createElement("a"), { href: "/signin", textContent: "Sign in" }));
  lead.append(", or ask whoever runs the server for a code to make a further one.");
  $("have-code").hidden = false;
  $("have-code").onclick = show;
}

// One of the two forms for signing in is shown; what was typed goes with it.
function turn(from, to) {
  const was = $(from).querySelector("form");
  const form = $(to).querySelector("form");
  if (form) {
    for (const name of ["workspace", "email"]) form.elements[name].value = was?.elements[name].value || form.elements[name].value;
  }
  $(from).hidden = true;
  $(to).hidden = false;
  form?.elements.workspace.focus();
}

async function copyCodes() {
  try {
    await navigator.clipboard.writeText($("codes").textContent);
    $("copy").textContent = "Copied";
  } catch {
    getSelection().selectAllChildren($("codes")); // without https there is no clipboard: then by hand
  }
}

async function showAccount() {
  const a = await call("account.get");
  if (!a.ok) {
    if (a.error === "no_answer" || a.error === "ratelimited") return;
    sessions.drop(sessions.current().team_id);
    location.assign("/signin");
    return;
  }
  $("who").textContent = a.real_name + ", " + a.email + ", at " + a.team;
  $("must").hidden = !a.two_factor_setup_required;
  for (const s of document.querySelectorAll(".full")) s.hidden = a.two_factor_setup_required;
  $("factor").textContent = a.two_factor
    ? "An authenticator app is set up. Recovery codes left: " + a.recovery_codes_left + "."
    : "A password alone lets you in.";
  $("totp-begin").hidden = a.two_factor;
  $("totp-disable").hidden = !a.two_factor;
  if (!a.two_factor_setup_required) showSessions();
}

async function showSessions() {
  const a = await call("account.sessions.list");
  if (!a.ok) return;
  const list = $("sessions");
  list.replaceChildren();
  for (const s of a.sessions) {
    const item = document.createElement("li");
    const text = document.createElement("span");
    text.textContent = s.device + (s.current ? " (this one)" : "");
    const small = document.createElement("small");
    small.textContent = s.address + ", last used " + date(s.date_used);
    text.append(small);
    item.append(text);
    if (!s.current) {
      const end = document.createElement("button");
      end.className = "quiet";
      end.textContent = "Sign out";
      end.setAttribute("aria-label", "Sign out " + s.device);
      end.onclick = async () => {
        await call("account.sessions.revoke", { session: s.id });
        showSessions();
      };
      item.append(end);
    }
    list.append(item);
  }
}

function showChoice() {
  const all = sessions.all();
  if (all.length < 2) return;
  for (const s of all) {
    const pick = document.createElement("button");
    pick.className = "quiet";
    pick.textContent = s.team;
    pick.setAttribute("aria-pressed", String(s.team_id === sessions.current().team_id));
    pick.onclick = () => {
      sessionStorage.setItem("taut.team", s.team_id);
      location.reload();
    };
    $("choose").append(pick);
  }
}

for (const form of document.forms) {
  form.addEventListener("submit", submit);
  if (code && form.elements.code && page !== "account") form.elements.code.value = code;
}

if (page === "invite") showInvitation();
if (page === "reset") showReset();
if (page === "setup") showSetup();
if (page === "signin") {
  $("forgot").onclick = () => turn("entry", "lost");
  $("back").onclick = () => turn("lost", "entry");
  const known = new URLSearchParams(location.search).get("workspace") ?? sessions.current()?.domain;
  if (known) document.forms[0].elements.workspace.value = known;
}
if (page === "account") {
  if (!sessions.current()) location.assign("/signin");
  else {
    showChoice();
    $("copy").onclick = copyCodes;
    showAccount();
    $("others").onclick = async () => {
      await call("account.sessions.revokeOthers");
      showSessions();
    };
    $("signout").onclick = async () => {
      await call("account.signOut");
      sessions.drop(sessions.current().team_id);
      location.assign("/signin");
    };
  }
}
