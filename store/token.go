package store

import (
	"context"
	"strings"

	"taut/chat"
)

// TokenHash is the SHA-256 of a token's text: the store never sees the text.
type TokenHash = [32]byte

// NewToken is a token to keep.
type NewToken struct {
	Hash   TokenHash
	Type   chat.TokenType
	User   chat.UserID
	Bot    chat.BotID
	App    chat.AppID
	Scopes []string
}

// Token is what is known of a token.
type Token struct {
	ID      string
	Type    chat.TokenType
	User    chat.UserID
	Bot     chat.BotID
	App     chat.AppID
	Scopes  []string
	Revoked bool
}

const tokenColumns = "workspace_id, hash, token_id, type, user_id, bot_id, app_id, scopes, revoked, created_ms"

const insertToken = "INSERT INTO tokens (" + tokenColumns + ") VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"

func newTokenID() string { return chat.NewID("Tk") }

// values gives the token's row; its id names it from now on.
func (n NewToken) values(w chat.WorkspaceID, id string, nowMS int64) []any {
	return []any{w, n.Hash[:], id, n.Type, n.User, n.Bot, n.App, strings.Join(n.Scopes, ","), false, nowMS}
}

// CreateToken keeps a token; the id names it from now on. Exists "token".
func (w *Workspace) CreateToken(ctx context.Context, n NewToken) (id string, err error) {
	id = newTokenID()
	err = w.store.write(ctx, func(t *tx) error {
		var known int
		err := t.queryRow("SELECT COUNT(*) FROM tokens WHERE workspace_id = ? AND hash = ?", w.id, n.Hash[:]).Scan(&known)
		if err != nil {
			return err
		}
		if known > 0 {
			return chat.NewError(chat.Exists, "token")
		}
		_, err = t.exec(insertToken, n.values(w.id, id, chat.Now().UnixMilli())...)
		return err
	})
	return id, err
}

// Token finds a token by its hash. NotFound "token".
func (w *Workspace) Token(ctx context.Context, hash TokenHash) (Token, error) {
	var t Token
	var scopes string
	err := w.store.db.QueryRowContext(ctx,
		"SELECT token_id, type, user_id, bot_id, app_id, scopes, revoked FROM tokens WHERE workspace_id = ? AND hash = ?",
		w.id, hash[:]).Scan(&t.ID, &t.Type, &t.User, &t.Bot, &t.App, &scopes, &t.Revoked)
	if scopes != "" {
		t.Scopes = strings.Split(scopes, ",")
	}
	return t, absent(err, "token")
}

// RevokeToken ends a token for good; doing it twice is harmless. NotFound "token".
func (w *Workspace) RevokeToken(ctx context.Context, hash TokenHash) error {
	if _, err := w.Token(ctx, hash); err != nil {
		return err
	}
	return w.store.write(ctx, func(t *tx) error {
		_, err := t.exec("UPDATE tokens SET revoked = ? WHERE workspace_id = ? AND hash = ?", true, w.id, hash[:])
		return err
	})
}
