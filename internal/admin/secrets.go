package admin

import (
	"context"
	"fmt"
	"time"

	"taut/auth"
	"taut/chat"
	"taut/store"
)

// RevokeTokens asks to end tokens of an account: the one with the id, or all.
type RevokeTokens struct {
	Account
	TokenID string `json:"token_id"`
}

// Revoked tells how many there were.
type Revoked struct {
	WorkspaceID chat.WorkspaceID `json:"workspace_id"`
	UserID      chat.UserID      `json:"user_id"`
	Name        string           `json:"name"`
	Tokens      int              `json:"tokens"`
}

// NewPassword is one that was made at random, shown once.
type NewPassword struct {
	WorkspaceID chat.WorkspaceID `json:"workspace_id"`
	UserID      chat.UserID      `json:"user_id"`
	Name        string           `json:"name"`
	Password    string           `json:"password"`
}

// NewCode asks for a one-time code with which a workspace can be made.
type NewCode struct{}

// SetupCode is such a code, shown once.
type SetupCode struct {
	Code    string `json:"code"`
	Expires int64  `json:"expires"`
}

func (r Revoked) ids() []any     { return logged(r.WorkspaceID, r.UserID) }
func (p NewPassword) ids() []any { return logged(p.WorkspaceID, p.UserID) }
func (c SetupCode) ids() []any   { return []any{"expires", c.Expires} }

// Revoke ends tokens and sessions; their sockets close.
func (l Local) Revoke(ctx context.Context, n RevokeTokens) (Revoked, error) {
	u, err := l.account(ctx, n.Account)
	if err != nil {
		return Revoked{}, err
	}
	ended, err := l.Store.Workspace(u.Workspace).Revoke(ctx, store.Revocation{User: u.ID, Only: n.TokenID, Audit: &store.AuditEntry{
		Actor: operator, Action: "token.revoke", Target: string(u.ID),
	}})
	if err != nil {
		return Revoked{}, fmt.Errorf("revoke tokens of %s: %w", u.Name, err)
	}
	if ended == 0 && n.TokenID != "" {
		return Revoked{}, plainly(chat.NewError(chat.NotFound, "token"), "%s has no token %s that is good", u.Name, n.TokenID)
	}
	return Revoked{WorkspaceID: u.Workspace, UserID: u.ID, Name: u.Name, Tokens: ended}, nil
}

// ResetPassword gives a person a new password and takes their second factor away,
// so that an owner who lost both gets in again. Their sessions end.
func (l Local) ResetPassword(ctx context.Context, n Account) (NewPassword, error) {
	u, err := l.account(ctx, n)
	if err != nil {
		return NewPassword{}, err
	}
	if u.Bot != "" {
		return NewPassword{}, plainly(chat.NewError(chat.Invalid, "user"), "%s is a bot, which has no password", u.Name)
	}
	password := chat.NewSecret(20)
	hash, err := auth.HashPassword(password)
	if err != nil {
		return NewPassword{}, err
	}
	w := l.Store.Workspace(u.Workspace)
	by := store.AuditEntry{Actor: operator, Action: "user.reset_password", Target: string(u.ID)}
	if err := w.SetPassword(ctx, store.NewPassword{User: u.ID, Hash: hash, By: &by}); err != nil {
		return NewPassword{}, fmt.Errorf("set the password of %s: %w", u.Name, err)
	}
	by.Action = "user.drop_second_factor"
	if err := w.DropSecondFactor(ctx, u.ID, store.Factor{}, &by); err != nil {
		return NewPassword{}, fmt.Errorf("take away the second factor of %s: %w", u.Name, err)
	}
	return NewPassword{WorkspaceID: u.Workspace, UserID: u.ID, Name: u.Name, Password: password}, nil
}

const setupCodeLife = 7 * 24 * time.Hour

// MakeSetupCode makes a code for one further workspace.
func (l Local) MakeSetupCode(ctx context.Context, _ NewCode) (SetupCode, error) {
	code, hash := auth.NewSetupCode()
	if err := l.Store.PutSetupCode(ctx, hash, false, setupCodeLife); err != nil {
		return SetupCode{}, fmt.Errorf("keep the code: %w", err)
	}
	return SetupCode{Code: code, Expires: chat.Now().Add(setupCodeLife).Unix()}, nil
}
