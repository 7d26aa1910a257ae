package webapi

import (
	"context"
	"errors"
	"math"
	"strings"

	"taut/auth"
	"taut/chat"
	"taut/store"
)

// accounts is what the API asks of the service that knows of passwords.
type accounts interface {
	SignIn(ctx context.Context, c auth.Credentials, b auth.Browser) (auth.SignedIn, error)
	SetUp(ctx context.Context, code string, free bool, n auth.NewWorkspace, b auth.Browser) (auth.SignedIn, error)
	EntryCode(ctx context.Context, code string, kind store.EntryKind, address string) (chat.Workspace, store.EntryCode, error)
	Accept(ctx context.Context, code string, p auth.Person, b auth.Browser) (auth.SignedIn, error)
	Reset(ctx context.Context, code, password, address string) (chat.Workspace, error)
	AskReset(ctx context.Context, domain, email, address string) (chat.Workspace, chat.User, error)
	ChangePassword(ctx context.Context, c chat.Caller, old, password, address string) error
	VerifyPassword(ctx context.Context, c chat.Caller, password, address string) (hash string, err error)
	BeginFactor(ctx context.Context, c chat.Caller) (secret string, err error)
	ConfirmFactor(ctx context.Context, c chat.Caller, code string) (recovery []string, err error)
	DropFactor(ctx context.Context, c chat.Caller, password, code, address string) error
	RenewRecovery(ctx context.Context, c chat.Caller, password, code, address string) ([]string, error)
}

// accountErrors are the names of what can be wrong with an account's facts.
var accountErrors = map[string]string{
	"forbidden:credentials":            "invalid_credentials",
	"forbidden:password":               "invalid_credentials",
	"forbidden:second_factor_required": "two_factor_required",
	"forbidden:second_factor":          "invalid_two_factor_code",
	"not_found:second_factor":          "two_factor_not_set_up",
	"exists:second_factor":             "two_factor_already_set_up",
	"not_found:code":                   "invalid_code",
	"not_found:session":                "session_not_found",
	"exists:domain":                    "domain_taken",
	"invalid:domain":                   "invalid_domain",
	"invalid:workspace_name":           "invalid_workspace_name",
	"invalid:name":                     "invalid_name",
	"invalid:real_name":                "invalid_real_name",
	"invalid:email":                    "invalid_email",
	"invalid:password":                 "invalid_password",
}

// clientScope is that of tokens which stand for the person themself.
const clientScope = "client"

// people are the tokens that are theirs, not bots'.
var people = []chat.TokenType{chat.UserToken, chat.SessionToken}

func (s *Server) accountMethods() []method {
	entry := func(name string, h handler, required ...string) method {
		return method{name: name, handle: telling(h), open: true, guarded: true, required: required, errors: accountErrors}
	}
	own := func(name string, h handler, required ...string) method {
		return method{name: name, handle: telling(h), tokens: people, scopes: []string{clientScope}, required: required, errors: accountErrors}
	}
	setUp := func(m method) method {
		m.scopes = append(m.scopes, chat.SetupScope)
		return m
	}
	return []method{
		entry("account.setup", s.accountSetup, "domain", "workspace_name", "email", "password"),
		{name: "account.setupInfo", handle: s.accountSetupInfo, open: true},
		entry("account.signIn", s.accountSignIn, "workspace", "email", "password"),
		entry("account.invitation", s.accountInvitation, "code"),
		entry("account.accept", s.accountAccept, "code", "password"),
		entry("account.requestReset", s.accountRequestReset, "workspace", "email"),
		entry("account.reset", s.accountReset, "code", "password"),
		setUp(own("account.get", s.accountGet)),
		setUp(own("account.signOut", s.accountSignOut)),
		own("account.changePassword", s.accountChangePassword, "password", "new_password"),
		own("account.sessions.list", s.accountSessionsList),
		own("account.sessions.revoke", s.accountSessionsRevoke, "session"),
		own("account.sessions.revokeOthers", s.accountSessionsRevokeOthers),
		setUp(own("account.totp.begin", s.accountTOTPBegin, "password")),
		setUp(own("account.totp.confirm", s.accountTOTPConfirm, "code")),
		own("account.totp.disable", s.accountTOTPDisable, "password", "code"),
		own("account.totp.recovery", s.accountTOTPRecovery, "password", "code"),
	}
}

// telling makes a handler tell, where too much was guessed, how long to wait.
func telling(h handler) handler {
	return func(ctx context.Context, q *request) (answer, error) {
		a, err := h(ctx, q)
		if e, ok := errors.AsType[*auth.TooManyGuesses](err); ok {
			q.retryAfter = int(math.Ceil(e.RetryAfter().Seconds()))
		}
		return a, err
	}
}

type signedInAnswer struct {
	reply
	Token  string           `json:"token"`
	TeamID chat.WorkspaceID `json:"team_id"`
	Team   string           `json:"team"`
	Domain string           `json:"domain"`
	UserID chat.UserID      `json:"user_id"`
	User   string           `json:"user"`
	URL    string           `json:"url"`
}

// begin answers a session that has begun: the token in the body, for the page's
// memory, and the cookie in a header, which no script reads.
func (q *request) begin(in auth.SignedIn) answer {
	q.setCookie(in.Cookie)
	return &signedInAnswer{
		Token: in.Token, TeamID: in.Workspace.ID, Team: in.Workspace.Name, Domain: in.Workspace.Domain,
		UserID: in.User.ID, User: in.User.Name, URL: q.publicURL() + "/",
	}
}

func (q *request) person() auth.Person {
	return auth.Person{
		Name: strings.ToLower(q.args.text("name")), RealName: q.args.text("real_name"),
		Email: q.args.text("email"), Password: q.args.text("password"),
	}
}

func (s *Server) accountSetup(ctx context.Context, q *request) (answer, error) {
	in, err := s.auth.SetUp(ctx, q.args.text("code"), s.openSetup, auth.NewWorkspace{
		Domain: strings.ToLower(q.args.text("domain")), Name: q.args.text("workspace_name"), Owner: q.person(),
	}, q.browser())
	if err != nil {
		return nil, err
	}
	return q.begin(in), nil
}

type setupInfoAnswer struct {
	reply
	First        bool `json:"first"`         // there is no workspace yet
	CodeRequired bool `json:"code_required"` // making one takes a code
}

// accountSetupInfo tells the page that makes workspaces what there is to make.
func (s *Server) accountSetupInfo(ctx context.Context, _ *request) (answer, error) {
	has, err := s.store.HasWorkspace(ctx)
	return &setupInfoAnswer{First: !has, CodeRequired: !s.openSetup}, err
}

func (s *Server) accountSignIn(ctx context.Context, q *request) (answer, error) {
	in, err := s.auth.SignIn(ctx, auth.Credentials{
		Domain: strings.TrimSpace(q.args.text("workspace")), Email: q.args.text("email"),
		Password: q.args.text("password"), Code: q.args.text("totp"),
	}, q.browser())
	if err != nil {
		return nil, err
	}
	return q.begin(in), nil
}

type invitationAnswer struct {
	reply
	Team   string    `json:"team"`
	Domain string    `json:"domain"`
	Email  string    `json:"email"`
	Role   chat.Role `json:"role"`
	// Channels are the names of those that a guest is let into.
	Channels []string `json:"channels"`
	Inviter  string   `json:"inviter"`
	Expires  int64    `json:"date_expire"`
}

// accountInvitation shows whoever has the code what it is for, as long as it is good.
func (s *Server) accountInvitation(ctx context.Context, q *request) (answer, error) {
	w, c, err := s.auth.EntryCode(ctx, q.args.text("code"), store.Invitation, q.address())
	if err != nil {
		return nil, err
	}
	bound := s.store.Workspace(w.ID)
	channels, err := bound.InvitationChannels(ctx, c)
	if err != nil {
		return nil, err
	}
	a := &invitationAnswer{
		Team: w.Name, Domain: w.Domain, Email: c.Email, Role: c.Role, Channels: []string{}, Expires: c.ExpiresMS / 1000,
	}
	u, err := bound.User(ctx, c.Creator)
	if err != nil {
		return nil, err
	}
	a.Inviter = u.RealName
	for _, ch := range channels {
		a.Channels = append(a.Channels, ch.Name)
	}
	return a, nil
}

func (s *Server) accountAccept(ctx context.Context, q *request) (answer, error) {
	in, err := s.auth.Accept(ctx, q.args.text("code"), q.person(), q.browser())
	if err != nil {
		return nil, err
	}
	return q.begin(in), nil
}

type resetAnswer struct {
	reply
	Domain string `json:"domain"`
}

func (s *Server) accountReset(ctx context.Context, q *request) (answer, error) {
	w, err := s.auth.Reset(ctx, q.args.text("code"), q.args.text("password"), q.address())
	if err != nil {
		return nil, err
	}
	return &resetAnswer{Domain: w.Domain}, nil
}

// accountRequestReset sends a link to the address, where an account has it. The
// answer doesn't tell whether one has.
func (s *Server) accountRequestReset(ctx context.Context, q *request) (answer, error) {
	if s.mailer == nil {
		return nil, fail("mail_not_configured")
	}
	w, u, err := s.auth.AskReset(ctx, strings.TrimSpace(q.args.text("workspace")), q.args.text("email"), q.address())
	if err != nil || w.ID == "" {
		return done(), err
	}
	if u.ID == "" {
		// The same work for nobody: time tells no more than the answer does.
		_, err = q.newReset(ctx, store.Actor{}, w, u)
		return done(), err
	}
	_, err = q.sendReset(ctx, store.Actor{User: u.ID, Address: q.address()}, w, u)
	return done(), err
}
