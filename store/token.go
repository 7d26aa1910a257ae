package store

import (
	"context"
	"fmt"
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
	// Session is that of a browser's token; nil for others.
	Session *NewSession
}

// Token is what is known of a token.
type Token struct {
	ID        string
	Type      chat.TokenType
	User      chat.UserID
	Bot       chat.BotID
	App       chat.AppID
	Scopes    []string
	Revoked   bool
	CreatedMS int64
	// Of the user, read with it.
	Role    chat.Role
	Deleted bool
}

const tokenColumns = "workspace_id, hash, token_id, type, user_id, bot_id, app_id, scopes, revoked, created_ms"

const insertToken = "INSERT INTO tokens (" + tokenColumns + ") VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"

func newTokenID() string { return chat.NewID("Tk") }

// values gives the token's row; its id names it from now on.
func (n NewToken) values(w chat.WorkspaceID, id string, nowMS int64) []any {
	return []any{w, n.Hash[:], id, n.Type, n.User, n.Bot, n.App, strings.Join(n.Scopes, ","), false, nowMS}
}

// insertToken keeps a token, with its session, in a turn of any stream of the workspace.
func (t *turn) insertToken(n NewToken) (id string) {
	id = newTokenID()
	w := t.head.stream.Workspace
	t.exec(insertToken, n.values(w, id, t.nowMS)...)
	if n.Session != nil {
		t.exec(insertSession, n.Session.values(w, id, n.User, t.nowMS)...)
	}
	return id
}

// CreateToken keeps a token; the id names it from now on. Exists "token".
func (w *Workspace) CreateToken(ctx context.Context, n NewToken) (id string, err error) {
	id = newTokenID()
	err = w.store.write(ctx, func(t *tx) error { return t.createToken(w.id, id, n) })
	return id, err
}

// CreateTokenAs is CreateToken by an administrator, who is written down.
func (w *Workspace) CreateTokenAs(ctx context.Context, by Actor, n NewToken) (id string, err error) {
	id = newTokenID()
	err = w.store.write(ctx, func(t *tx) error {
		if err := t.createToken(w.id, id, n); err != nil {
			return err
		}
		return t.audit(w.id, AuditEntry{Actor: by, Action: "token.create", Target: string(n.User),
			Detail: map[string]string{"token": id, "type": string(n.Type)}})
	})
	return id, err
}

func (t *tx) createToken(w chat.WorkspaceID, id string, n NewToken) error {
	var known int
	err := t.queryRow("SELECT COUNT(*) FROM tokens WHERE workspace_id = ? AND hash = ?", w, n.Hash[:]).Scan(&known)
	if err != nil {
		return err
	}
	if known > 0 {
		return chat.NewError(chat.Exists, "token")
	}
	_, err = t.exec(insertToken, n.values(w, id, chat.Now().UnixMilli())...)
	return err
}

const selectToken = "SELECT t.token_id, t.type, t.user_id, t.bot_id, t.app_id, t.scopes, t.revoked, t.created_ms, u.role, u.deleted FROM tokens t" +
	" JOIN users u ON u.workspace_id = t.workspace_id AND u.user_id = t.user_id WHERE t.workspace_id = ? AND "

// Token finds a token by its hash. NotFound "token".
func (w *Workspace) Token(ctx context.Context, hash TokenHash) (Token, error) {
	return scanToken(w.store.db.QueryRowContext(ctx, selectToken+"t.hash = ?", w.id, hash[:]))
}

// TokenByID finds a token by what names it. NotFound "token".
func (w *Workspace) TokenByID(ctx context.Context, id string) (Token, error) {
	return scanToken(w.store.db.QueryRowContext(ctx, selectToken+"t.token_id = ?", w.id, id))
}

// TokensOf are those of a user that are not revoked, at most a page.
func (w *Workspace) TokensOf(ctx context.Context, user chat.UserID) ([]Token, error) {
	rows, err := w.store.db.QueryContext(ctx, selectToken+"t.user_id = ? AND t.revoked = ? ORDER BY t.created_ms LIMIT ?", w.id, user, false, maxPage)
	return collect(rows, err, scanToken)
}

func scanToken(r scanner) (t Token, err error) {
	var scopes string
	err = r.Scan(&t.ID, &t.Type, &t.User, &t.Bot, &t.App, &scopes, &t.Revoked, &t.CreatedMS, &t.Role, &t.Deleted)
	if scopes != "" {
		t.Scopes = strings.Split(scopes, ",")
	}
	return t, absent(err, "token")
}

// Revocation says which of a user's tokens end.
type Revocation struct {
	User   chat.UserID
	Only   string           // the one with this id; "": all
	Except string           // but this one
	Types  []chat.TokenType // of these types; nil: of any
	// Audit is written with it, where an administrator does it.
	Audit *AuditEntry
}

// Revoke ends tokens for good, and tells the user's stream of each: what
// remembers them forgets them, and their sockets close. It gives how many there
// were; doing it twice is harmless. NotFound "user".
func (w *Workspace) Revoke(ctx context.Context, r Revocation) (n int, err error) {
	err = w.onUser(ctx, r.User, func(t *turn) (err error) {
		n, err = t.revoke(r)
		return err
	})
	return n, err
}

// RevokeToken ends the token with this hash. NotFound "token".
func (w *Workspace) RevokeToken(ctx context.Context, hash TokenHash) error {
	t, err := w.Token(ctx, hash)
	if err != nil {
		return err
	}
	_, err = w.Revoke(ctx, Revocation{User: t.User, Only: t.ID})
	return err
}

// maxRevoked bounds the events of one act. Of more tokens than that, which only
// the operator can make, the next call revokes the rest.
const maxRevoked = 1_000

// revoke is of a turn of the user's own stream, whose order says which tokens
// there were.
func (t *turn) revoke(r Revocation) (n int, err error) {
	where, args := "workspace_id = ? AND user_id = ? AND revoked = ?", []any{t.head.stream.Workspace, r.User, false}
	if r.Only != "" {
		where, args = where+" AND token_id = ?", append(args, r.Only)
	}
	if r.Except != "" {
		where, args = where+" AND token_id <> ?", append(args, r.Except)
	}
	if r.Types != nil {
		where += " AND type IN (" + placeholders(len(r.Types)) + ")"
		for _, kind := range r.Types {
			args = append(args, kind)
		}
	}
	rows, err := t.query("SELECT token_id FROM tokens WHERE "+where+" ORDER BY created_ms LIMIT ?", append(args, maxRevoked)...)
	ids, err := collect(rows, err, func(r scanner) (id string, err error) { return id, r.Scan(&id) })
	if err != nil {
		return 0, fmt.Errorf("tokens to revoke: %w", err)
	}
	if r.Audit != nil && len(ids) > 0 {
		t.audit(*r.Audit)
	}
	for _, id := range ids {
		if err := t.revokeOne(r.User, id); err != nil {
			return 0, err
		}
	}
	return len(ids), nil
}

func (t *turn) revokeOne(user chat.UserID, id string) error {
	t.exec("UPDATE tokens SET revoked = ? WHERE workspace_id = ? AND token_id = ?", true, t.head.stream.Workspace, id)
	return t.emitObject(chat.TypeTokenRevoked, user, map[string]any{"token_id": id})
}
