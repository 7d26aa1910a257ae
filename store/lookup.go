package store

import (
	"context"
	"database/sql"
	"fmt"
	"maps"
	"slices"
	"strings"

	"taut/chat"
)

// Lookups for many clients at once, as when a gateway dies and all of its clients come
// back. Each key names its own workspace, and gets what that workspace alone would
// answer: each condition binds a key to it.

// owned is a key of a workspace.
type owned struct {
	workspace chat.WorkspaceID
	key       any
}

// ownedCondition is for those of the keys, in the column, that the given one of
// workspaces has: ((w = ? AND column IN (…)) OR …)
func ownedCondition(workspace, column string, keys []owned) (string, []any) {
	byWorkspace := map[chat.WorkspaceID][]any{}
	for _, k := range keys {
		byWorkspace[k.workspace] = append(byWorkspace[k.workspace], k.key)
	}
	var conditions []string
	var args []any
	for w, keys := range byWorkspace {
		conditions = append(conditions, "("+workspace+" = ? AND "+column+" IN ("+placeholders(len(keys))+"))")
		// As a text: the read is the server's own, not the first workspace's.
		args = append(append(args, string(w)), keys...)
	}
	return anyOf(conditions), args
}

// sideBySide is how many conditions stand in one row: SQLite parses a row as a tree as
// deep as it is long, of 1,000 levels at most.
const sideBySide = 100

// anyOf is true where one of the conditions is.
func anyOf(conditions []string) string {
	var rows []string
	for row := range slices.Chunk(conditions, sideBySide) {
		rows = append(rows, "("+strings.Join(row, " OR ")+")")
	}
	return "(" + strings.Join(rows, " OR ") + ")"
}

// TokenKey is a token's hash, and the workspace that its text names.
type TokenKey struct {
	Workspace chat.WorkspaceID
	Hash      TokenHash
}

// TokenID names a token of a workspace.
type TokenID struct {
	Workspace chat.WorkspaceID
	ID        string
}

// FoundToken is a token with the session that it is of; nil where it is none, or ended.
type FoundToken struct {
	Token
	Session *Session
	// MustSetUp: the workspace asks whoever has a session for a second factor, and its
	// user has none.
	MustSetUp bool
}

const selectFoundTokens = "SELECT t.workspace_id, t.hash, t.token_id, t.type, t.user_id, t.bot_id, t.app_id, t.scopes, t.revoked, t.created_ms, u.role, u.deleted," +
	" s.cookie_hash, s.address, s.used_ms, s.expires_ms, COALESCE(f.confirmed_ms, 0), CASE WHEN s.token_id IS NULL THEN NULL ELSE w.settings END FROM tokens t" +
	" JOIN users u ON u.workspace_id = t.workspace_id AND u.user_id = t.user_id" +
	" LEFT JOIN sessions s ON s.workspace_id = t.workspace_id AND s.token_id = t.token_id" +
	" LEFT JOIN second_factors f ON f.workspace_id = t.workspace_id AND f.user_id = t.user_id" +
	" LEFT JOIN workspace_settings w ON w.workspace_id = t.workspace_id WHERE "

// MaxLookups bounds the keys of one lookup; more are Invalid "lookups": one that was left
// out would be taken for one that is not there.
const MaxLookups = 1_000

func boundLookups(n int) error {
	if n > MaxLookups {
		return chat.NewError(chat.Invalid, "lookups")
	}
	return nil
}

// Tokens finds those of the tokens that exist, in one query.
func (s *Store) Tokens(ctx context.Context, keys []TokenKey) (map[TokenKey]FoundToken, error) {
	found := make(map[TokenKey]FoundToken, len(keys))
	all := make([]owned, 0, len(keys))
	for _, k := range keys {
		all = append(all, owned{k.Workspace, k.Hash[:]})
	}
	err := s.findTokens(ctx, "t.hash", all, func(k TokenKey, t FoundToken) { found[k] = t })
	return found, err
}

// TokensByID is Tokens by what names them.
func (s *Store) TokensByID(ctx context.Context, keys []TokenID) (map[TokenID]FoundToken, error) {
	found := make(map[TokenID]FoundToken, len(keys))
	all := make([]owned, 0, len(keys))
	for _, k := range keys {
		all = append(all, owned{k.Workspace, k.ID})
	}
	err := s.findTokens(ctx, "t.token_id", all, func(k TokenKey, t FoundToken) { found[TokenID{k.Workspace, t.ID}] = t })
	return found, err
}

func (s *Store) findTokens(ctx context.Context, column string, keys []owned, take func(TokenKey, FoundToken)) error {
	if err := boundLookups(len(keys)); err != nil || len(keys) == 0 {
		return err
	}
	where, args := ownedCondition("t.workspace_id", column, keys)
	rows, err := s.db.QueryContext(ctx, selectFoundTokens+where, args...)
	_, err = collect(rows, err, func(r scanner) (struct{}, error) {
		k, t, err := scanFoundToken(r)
		if err == nil {
			take(k, t)
		}
		return struct{}{}, err
	})
	return err
}

func scanFoundToken(r scanner) (k TokenKey, t FoundToken, err error) {
	var hash, cookie, settings []byte
	var scopes string
	var address sql.NullString
	var used, expires sql.NullInt64
	var factor int64
	err = r.Scan(&k.Workspace, &hash, &t.ID, &t.Type, &t.User, &t.Bot, &t.App, &scopes, &t.Revoked, &t.CreatedMS, &t.Role, &t.Deleted,
		&cookie, &address, &used, &expires, &factor, &settings)
	if err != nil {
		return k, t, err
	}
	copy(k.Hash[:], hash)
	if scopes != "" {
		t.Scopes = strings.Split(scopes, ",")
	}
	if !expires.Valid || t.Revoked {
		return k, t, nil
	}
	t.Session = &Session{TokenID: t.ID, User: t.User, Address: address.String, UsedMS: used.Int64, ExpiresMS: expires.Int64}
	copy(t.Session.CookieHash[:], cookie)
	asks, err := readSettings(settings)
	t.MustSetUp = asks.RequireTOTP && factor == 0
	return k, t, err
}

// SessionUse says that a session is in use, and from where.
type SessionUse struct {
	Workspace chat.WorkspaceID
	TokenID   string
	Address   string
}

// TouchSessions writes down that sessions are in use, in one transaction.
func (s *Store) TouchSessions(ctx context.Context, uses []SessionUse) error {
	if err := boundLookups(len(uses)); err != nil {
		return err
	}
	now := chat.Now().UnixMilli()
	return s.write(ctx, func(t *tx) error {
		for _, u := range uses {
			if _, err := t.exec("UPDATE sessions SET used_ms = ?, address = ? WHERE workspace_id = ? AND token_id = ?", now, u.Address, u.Workspace, u.TokenID); err != nil {
				return err
			}
		}
		return nil
	})
}

// CallerKey is a caller whose memberships are asked for.
type CallerKey struct {
	Workspace chat.WorkspaceID
	User      chat.UserID
	TokenID   string
}

// CallerState is what is known of a caller and of their token.
type CallerState struct {
	snapshot         chat.MembershipSnapshot
	deleted, revoked bool
}

// Channels is how many they are in.
func (s CallerState) Channels() int { return len(s.snapshot.Channels) }

// Membership is the snapshot of a caller who may still call: Inactive "user",
// Unauthenticated "revoked" where the token ended, or is none.
func (s CallerState) Membership() (chat.MembershipSnapshot, error) {
	switch {
	case s.deleted:
		return s.snapshot, chat.NewError(chat.Inactive, "user")
	case s.revoked:
		return s.snapshot, chat.NewError(chat.Unauthenticated, "revoked")
	}
	return s.snapshot, nil
}

// selectCallers is of people, with a row for each of their channels, of which the stream
// itself says so too; selectCallerTokens, after it, of their tokens.
const (
	selectCallers = "SELECT 0, u.workspace_id, u.user_id, u.away, u.role, u.deleted," +
		" COALESCE((SELECT h.seq FROM stream_heads h WHERE h.workspace_id = u.workspace_id AND h.stream_id = u.user_id), 0)," +
		" c.channel_id, c.joined_seq FROM users u" +
		" LEFT JOIN user_channels c ON c.workspace_id = u.workspace_id AND c.user_id = u.user_id AND c.left_seq = 0" +
		" AND EXISTS (SELECT 1 FROM stream_members m WHERE m.workspace_id = c.workspace_id AND m.stream_id = c.channel_id AND m.user_id = c.user_id" +
		" AND m.joined_seq = c.joined_seq AND m.left_seq = 0) WHERE "
	selectCallerTokens = " UNION ALL SELECT 1, workspace_id, token_id, 0, '', revoked, 0, NULL, NULL FROM tokens WHERE "
)

// CallersMemberships are the memberships of many callers, each as Memberships has them,
// and whether their tokens are still good: one statement, and so of one state of the
// database. A socket that opens asks for no more. Users that don't exist are left out.
func (s *Store) CallersMemberships(ctx context.Context, keys []CallerKey) (map[CallerKey]CallerState, error) {
	if err := boundLookups(len(keys)); err != nil || len(keys) == 0 {
		return nil, err
	}
	query, args := callersQuery(keys)
	rows, err := s.db.QueryContext(ctx, query, args...)
	states, ended := map[owned]*CallerState{}, map[owned]bool{}
	_, err = collect(rows, err, func(r scanner) (struct{}, error) { return struct{}{}, scanCaller(r, states, ended) })
	if err != nil {
		return nil, fmt.Errorf("memberships of %d callers: %w", len(keys), err)
	}
	for _, s := range states {
		slices.SortFunc(s.snapshot.Channels, func(a, b chat.Membership) int { return strings.Compare(string(a.Channel), string(b.Channel)) })
	}
	found := make(map[CallerKey]CallerState, len(keys))
	for _, k := range keys {
		if state := states[owned{k.Workspace, string(k.User)}]; state != nil {
			of := *state
			revoked, there := ended[owned{k.Workspace, k.TokenID}]
			of.revoked = revoked || !there
			found[k] = of
		}
	}
	return found, nil
}

func callersQuery(keys []CallerKey) (string, []any) {
	users, tokens := map[owned]bool{}, map[owned]bool{}
	for _, k := range keys {
		users[owned{k.Workspace, string(k.User)}] = true
		tokens[owned{k.Workspace, k.TokenID}] = true
	}
	ofUsers, args := ownedCondition("u.workspace_id", "u.user_id", slices.Collect(maps.Keys(users)))
	ofTokens, more := ownedCondition("workspace_id", "token_id", slices.Collect(maps.Keys(tokens)))
	return selectCallers + ofUsers + selectCallerTokens + ofTokens, append(args, more...)
}

// scanCaller notes a row: a user's with a channel, or with none, or a token's.
func scanCaller(r scanner, states map[owned]*CallerState, ended map[owned]bool) error {
	var ofToken, flag bool
	var w chat.WorkspaceID
	var id string
	var s CallerState
	var channel sql.NullString
	var joined sql.NullInt64
	if err := r.Scan(&ofToken, &w, &id, &s.snapshot.Away, &s.snapshot.Role, &flag, &s.snapshot.Seq, &channel, &joined); err != nil {
		return err
	}
	k := owned{w, id}
	if ofToken {
		ended[k] = flag
		return nil
	}
	state := states[k]
	if state == nil {
		s.deleted = flag
		state = &s
		states[k] = state
	}
	if channel.Valid {
		state.snapshot.Channels = append(state.snapshot.Channels, chat.Membership{Channel: chat.ChannelID(channel.String), JoinedSeq: joined.Int64})
	}
	return nil
}
