package webapi

import (
	"context"

	"taut/auth"
	"taut/chat"
	"taut/store"
)

type accountAnswer struct {
	reply
	User         chat.UserID      `json:"user_id"`
	Name         string           `json:"name"`
	RealName     string           `json:"real_name"`
	Email        string           `json:"email"`
	Role         chat.Role        `json:"role"`
	TeamID       chat.WorkspaceID `json:"team_id"`
	Team         string           `json:"team"`
	Domain       string           `json:"domain"`
	TwoFactor    bool             `json:"two_factor"`
	MustSetUp    bool             `json:"two_factor_setup_required"`
	RecoveryLeft int              `json:"recovery_codes_left"`
}

// accountGet is what the account's own page shows.
func (s *Server) accountGet(ctx context.Context, q *request) (answer, error) {
	u, err := q.workspace.User(ctx, q.caller.User)
	if err != nil {
		return nil, err
	}
	w, err := q.workspace.Info(ctx)
	if err != nil {
		return nil, err
	}
	f, err := q.workspace.SecondFactor(ctx, q.caller.User)
	if err != nil && chat.CodeOf(err) != chat.NotFound {
		return nil, err
	}
	return &accountAnswer{
		User: u.ID, Name: u.Name, RealName: u.RealName, Email: u.Email, Role: u.Role,
		TeamID: w.ID, Team: w.Name, Domain: w.Domain,
		TwoFactor: f.ConfirmedMS > 0, MustSetUp: q.caller.MustSetUp(), RecoveryLeft: f.Recovery,
	}, nil
}

// accountSignOut ends the caller's token, and takes its part out of the cookie.
func (s *Server) accountSignOut(ctx context.Context, q *request) (answer, error) {
	_, err := q.workspace.Revoke(ctx, store.Revocation{User: q.caller.User, Only: q.caller.TokenID})
	if err != nil {
		return nil, err
	}
	if q.caller.TokenType == chat.SessionToken {
		q.setCookie(auth.CookieWithout(q.cookie(), q.caller.Workspace))
	}
	return done(), nil
}

func (s *Server) accountChangePassword(ctx context.Context, q *request) (answer, error) {
	return done(), s.auth.ChangePassword(ctx, q.caller, q.args.text("password"), q.args.text("new_password"), q.address())
}

// sessionObject is a session as its person, or who manages them, sees it.
type sessionObject struct {
	ID      string `json:"id"`
	Device  string `json:"device"`
	Address string `json:"address"`
	Created int64  `json:"date_create"`
	Used    int64  `json:"date_used"`
	Current bool   `json:"current"`
}

type sessionsAnswer struct {
	reply
	Sessions []sessionObject `json:"sessions"`
}

func (q *request) sessionsOf(ctx context.Context, user chat.UserID) (answer, error) {
	all, err := q.workspace.Sessions(ctx, user)
	if err != nil {
		return nil, err
	}
	a := &sessionsAnswer{Sessions: []sessionObject{}}
	for _, n := range all {
		a.Sessions = append(a.Sessions, sessionObject{
			ID: n.TokenID, Device: n.Label, Address: n.Address, Created: n.CreatedMS / 1000, Used: n.UsedMS / 1000,
			Current: n.TokenID == q.caller.TokenID,
		})
	}
	return a, nil
}

func (s *Server) accountSessionsList(ctx context.Context, q *request) (answer, error) {
	return q.sessionsOf(ctx, q.caller.User)
}

func (s *Server) accountSessionsRevoke(ctx context.Context, q *request) (answer, error) {
	return done(), q.endSession(ctx, store.Revocation{User: q.caller.User, Only: q.args.text("session")})
}

// endSession ends what is a session of the user's; another one's is none.
func (q *request) endSession(ctx context.Context, r store.Revocation) error {
	r.Types = []chat.TokenType{chat.SessionToken}
	n, err := q.workspace.Revoke(ctx, r)
	if err == nil && n == 0 && r.Only != "" {
		err = chat.NewError(chat.NotFound, "session")
	}
	return err
}

type revokedAnswer struct {
	reply
	Revoked int `json:"revoked"`
}

func (s *Server) accountSessionsRevokeOthers(ctx context.Context, q *request) (answer, error) {
	n, err := q.workspace.Revoke(ctx, store.Revocation{
		User: q.caller.User, Except: q.caller.TokenID, Types: []chat.TokenType{chat.SessionToken},
	})
	return &revokedAnswer{Revoked: n}, err
}

type totpBeginAnswer struct {
	reply
	Secret string `json:"secret"`
	URL    string `json:"otpauth_url"`
}

// accountTOTPBegin wants the password, so that a browser left open is not enough.
func (s *Server) accountTOTPBegin(ctx context.Context, q *request) (answer, error) {
	if _, err := s.auth.VerifyPassword(ctx, q.caller, q.args.text("password"), q.address()); err != nil {
		return nil, err
	}
	w, err := q.workspace.Info(ctx)
	if err != nil {
		return nil, err
	}
	u, err := q.workspace.User(ctx, q.caller.User)
	if err != nil {
		return nil, err
	}
	secret, err := s.auth.BeginFactor(ctx, q.caller)
	if err != nil {
		return nil, err
	}
	return &totpBeginAnswer{Secret: secret, URL: auth.TOTPURL(secret, w.Name, u.Email)}, nil
}

type recoveryAnswer struct {
	reply
	Codes []string `json:"recovery_codes"`
}

func (s *Server) accountTOTPConfirm(ctx context.Context, q *request) (answer, error) {
	codes, err := s.auth.ConfirmFactor(ctx, q.caller, q.args.text("code"))
	return &recoveryAnswer{Codes: codes}, err
}

func (s *Server) accountTOTPDisable(ctx context.Context, q *request) (answer, error) {
	return done(), s.auth.DropFactor(ctx, q.caller, q.args.text("password"), q.args.text("code"), q.address())
}

func (s *Server) accountTOTPRecovery(ctx context.Context, q *request) (answer, error) {
	codes, err := s.auth.RenewRecovery(ctx, q.caller, q.args.text("password"), q.args.text("code"), q.address())
	return &recoveryAnswer{Codes: codes}, err
}
