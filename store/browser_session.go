package store

import (
	"context"
	"fmt"
	"time"

	"taut/chat"
)

// NewSession is what a browser's token has besides.
type NewSession struct {
	CookieHash TokenHash
	Label      string // the device, as the person may know it again
	Address    string
	ExpiresMS  int64
}

// Session is a browser that is signed in. Its id is its token's.
type Session struct {
	TokenID    string
	User       chat.UserID
	CookieHash TokenHash
	Label      string
	Address    string
	CreatedMS  int64
	UsedMS     int64
	ExpiresMS  int64
}

const (
	sessionColumns = "token_id, user_id, cookie_hash, label, address, created_ms, used_ms, expires_ms"
	insertSession  = "INSERT INTO sessions (workspace_id, " + sessionColumns + ") VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"
	selectSession  = "SELECT s.token_id, s.user_id, s.cookie_hash, s.label, s.address, s.created_ms, s.used_ms, s.expires_ms FROM sessions s " +
		"JOIN tokens t ON t.workspace_id = s.workspace_id AND t.token_id = s.token_id AND t.revoked = ? WHERE s.workspace_id = ? AND "
)

func (n NewSession) values(w chat.WorkspaceID, id string, u chat.UserID, nowMS int64) []any {
	return []any{w, id, u, n.CookieHash[:], n.Label, n.Address, nowMS, nowMS, n.ExpiresMS}
}

func scanSession(r scanner) (s Session, err error) {
	var cookie []byte
	err = r.Scan(&s.TokenID, &s.User, &cookie, &s.Label, &s.Address, &s.CreatedMS, &s.UsedMS, &s.ExpiresMS)
	copy(s.CookieHash[:], cookie)
	return s, absent(err, "session")
}

// Session is that of a token. NotFound "session", also where it was revoked.
func (w *Workspace) Session(ctx context.Context, tokenID string) (Session, error) {
	return scanSession(w.store.db.QueryRowContext(ctx, selectSession+"s.token_id = ?", false, w.id, tokenID))
}

// SessionByCookie is the browser's that has the cookie. NotFound "session".
func (w *Workspace) SessionByCookie(ctx context.Context, cookie TokenHash) (Session, error) {
	return scanSession(w.store.db.QueryRowContext(ctx, selectSession+"s.cookie_hash = ?", false, w.id, cookie[:]))
}

// Sessions are a user's that are good now, the last used first.
func (w *Workspace) Sessions(ctx context.Context, user chat.UserID) ([]Session, error) {
	rows, err := w.store.db.QueryContext(ctx, selectSession+"s.user_id = ? AND s.expires_ms > ? ORDER BY s.used_ms DESC LIMIT ?",
		false, w.id, user, chat.Now().UnixMilli(), maxPage)
	return collect(rows, err, scanSession)
}

// SignIn is a session to begin, with what the person has proven: it is held
// against what is true when the session is written, so that no session outlives
// a password that changed meanwhile.
type SignIn struct {
	Token NewToken
	// PasswordHash is the one that the password was right for.
	PasswordHash string
	Factor       Factor
	// Replaces is the session that this browser had until now, which ends.
	Replaces string
}

const (
	maxSessions = 100 // of a user; the one that was used longest ago goes
	tokensKept  = 90 * 24 * time.Hour
)

// SignIn begins a session. Forbidden "password" or "second_factor", Inactive, NotFound "user".
func (w *Workspace) SignIn(ctx context.Context, n SignIn) (string, error) {
	user := n.Token.User
	var tokenID string
	_, err := w.store.append(ctx, change{stream: w.id.User(user), create: &head{}, apply: func(t *turn) error {
		if err := t.checkPassword(user, n.PasswordHash); err != nil {
			return err
		}
		if err := t.useFactor(user, n.Factor); err != nil {
			return err
		}
		if err := t.makeRoom(user, n.Replaces); err != nil {
			return err
		}
		tokenID = t.insertToken(n.Token)
		return nil
	}})
	if err != nil {
		return "", err
	}
	return tokenID, nil
}

// checkPassword holds what was verified outside of the turn against the row.
func (t *turn) checkPassword(user chat.UserID, verified string) error {
	var hash string
	var deleted bool
	err := absent(t.queryRow("SELECT password_hash, deleted FROM users WHERE workspace_id = ? AND user_id = ?",
		t.head.stream.Workspace, user).Scan(&hash, &deleted), "user")
	switch {
	case err != nil:
		return err
	case deleted:
		return chat.NewError(chat.Inactive, "user")
	case hash != verified || hash == "":
		return chat.NewError(chat.Forbidden, "password")
	}
	return nil
}

// makeRoom ends the session that is replaced, and the oldest where there are too
// many, and forgets those that ended long ago.
func (t *turn) makeRoom(user chat.UserID, replaced string) error {
	w := t.head.stream.Workspace
	rows, err := t.query(selectSession+"s.user_id = ? ORDER BY s.used_ms DESC LIMIT ?", false, w, user, 2*maxSessions)
	sessions, err := collect(rows, err, scanSession)
	if err != nil {
		return fmt.Errorf("sessions of the user: %w", err)
	}
	for i, s := range sessions {
		if s.TokenID == replaced || i >= maxSessions-1 || s.ExpiresMS <= t.nowMS {
			if err := t.revokeOne(user, s.TokenID); err != nil {
				return err
			}
		}
	}
	t.exec("DELETE FROM sessions WHERE workspace_id = ? AND user_id = ? AND token_id IN "+
		"(SELECT token_id FROM tokens WHERE workspace_id = ? AND user_id = ? AND revoked = ?)", w, user, w, user, true)
	t.exec("DELETE FROM tokens WHERE workspace_id = ? AND user_id = ? AND type = ? AND revoked = ? AND created_ms < ?",
		w, user, chat.SessionToken, true, t.nowMS-tokensKept.Milliseconds())
	return nil
}
