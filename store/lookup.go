package store

import (
	"context"
	"database/sql"
	"fmt"
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
// workspaces has: (w = ? AND column IN (…)) OR …
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
	return "(" + strings.Join(conditions, " OR ") + ")", args
}

// TokenKey is a token's hash, and the workspace that its text names.
type TokenKey struct {
	Workspace chat.WorkspaceID
	Hash      TokenHash
}

// FoundToken is a token with the session that it is of; nil where it is none, or ended.
type FoundToken struct {
	Token
	Session *Session
}

const selectFoundTokens = "SELECT t.workspace_id, t.hash, t.token_id, t.type, t.user_id, t.bot_id, t.app_id, t.scopes, t.revoked, t.created_ms, u.role, u.deleted," +
	" s.cookie_hash, s.address, s.used_ms, s.expires_ms FROM tokens t" +
	" JOIN users u ON u.workspace_id = t.workspace_id AND u.user_id = t.user_id" +
	" LEFT JOIN sessions s ON s.workspace_id = t.workspace_id AND s.token_id = t.token_id WHERE "

// MaxLookups bounds the keys of one lookup.
const MaxLookups = 500

// Tokens finds those of the tokens that exist, in one query.
func (s *Store) Tokens(ctx context.Context, keys []TokenKey) (map[TokenKey]FoundToken, error) {
	found := make(map[TokenKey]FoundToken, len(keys))
	if len(keys) == 0 {
		return found, nil
	}
	all := make([]owned, 0, len(keys))
	for _, k := range keys[:min(len(keys), MaxLookups)] {
		all = append(all, owned{k.Workspace, k.Hash[:]})
	}
	where, args := ownedCondition("t.workspace_id", "t.hash", all)
	rows, err := s.db.QueryContext(ctx, selectFoundTokens+where, args...)
	_, err = collect(rows, err, func(r scanner) (struct{}, error) {
		k, t, err := scanFoundToken(r)
		found[k] = t
		return struct{}{}, err
	})
	return found, err
}

func scanFoundToken(r scanner) (k TokenKey, t FoundToken, err error) {
	var hash, cookie []byte
	var scopes string
	var address sql.NullString
	var used, expires sql.NullInt64
	err = r.Scan(&k.Workspace, &hash, &t.ID, &t.Type, &t.User, &t.Bot, &t.App, &scopes, &t.Revoked, &t.CreatedMS, &t.Role, &t.Deleted,
		&cookie, &address, &used, &expires)
	copy(k.Hash[:], hash)
	if scopes != "" {
		t.Scopes = strings.Split(scopes, ",")
	}
	if expires.Valid && !t.Revoked {
		t.Session = &Session{TokenID: t.ID, User: t.User, Address: address.String, UsedMS: used.Int64, ExpiresMS: expires.Int64}
		copy(t.Session.CookieHash[:], cookie)
	}
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
	now := chat.Now().UnixMilli()
	return s.write(ctx, func(t *tx) error {
		for _, u := range uses[:min(len(uses), MaxLookups)] {
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

// CallersMemberships are the memberships of many callers, each as Memberships has them,
// and whether their tokens are still good, all of one state of the database; a socket
// that opens asks for no more. Users that don't exist are left out.
func (s *Store) CallersMemberships(ctx context.Context, keys []CallerKey) (map[CallerKey]CallerState, error) {
	keys = keys[:min(len(keys), MaxLookups)]
	if len(keys) == 0 {
		return nil, nil
	}
	var users, tokens []owned
	for _, k := range keys {
		users = append(users, owned{k.Workspace, string(k.User)})
		tokens = append(tokens, owned{k.Workspace, k.TokenID})
	}
	states := map[userIn]*CallerState{}
	ended := map[owned]bool{}
	err := s.db.snapshot(ctx, s.dialect, func(sn *snapshotRead) error {
		if err := sn.users(users, states); err != nil {
			return err
		}
		if err := sn.heads(users, states); err != nil {
			return err
		}
		if err := sn.channels(users, states); err != nil {
			return err
		}
		return sn.tokens(tokens, ended)
	})
	if err != nil {
		return nil, fmt.Errorf("memberships of %d callers: %w", len(keys), err)
	}
	found := make(map[CallerKey]CallerState, len(keys))
	for _, s := range states {
		slices.SortFunc(s.snapshot.Channels, func(a, b chat.Membership) int { return strings.Compare(string(a.Channel), string(b.Channel)) })
	}
	for _, k := range keys {
		if state := states[userIn{k.Workspace, k.User}]; state != nil {
			of := *state
			revoked, there := ended[owned{k.Workspace, k.TokenID}]
			of.revoked = revoked || !there
			found[k] = of
		}
	}
	return found, nil
}

type userIn struct {
	workspace chat.WorkspaceID
	user      chat.UserID
}

const (
	selectCallers      = "SELECT workspace_id, user_id, away, role, deleted FROM users WHERE "
	selectCallerHeads  = "SELECT workspace_id, stream_id, seq FROM stream_heads WHERE "
	selectCallerTokens = "SELECT workspace_id, token_id, revoked FROM tokens WHERE "
	// Those of which the stream itself says so too, as for one caller.
	selectCallerChannels = "SELECT c.workspace_id, c.user_id, c.channel_id, c.joined_seq FROM user_channels c WHERE c.left_seq = 0" +
		" AND EXISTS (SELECT 1 FROM stream_members m WHERE m.workspace_id = c.workspace_id AND m.stream_id = c.channel_id AND m.user_id = c.user_id" +
		" AND m.joined_seq = c.joined_seq AND m.left_seq = 0) AND "
)

func (r *snapshotRead) users(keys []owned, states map[userIn]*CallerState) error {
	where, args := ownedCondition("workspace_id", "user_id", keys)
	return r.each(selectCallers+where, args, func(row scanner) error {
		var u userIn
		var s CallerState
		err := row.Scan(&u.workspace, &u.user, &s.snapshot.Away, &s.snapshot.Role, &s.deleted)
		states[u] = &s
		return err
	})
}

// heads are of the users' own streams, which have the users' ids.
func (r *snapshotRead) heads(keys []owned, states map[userIn]*CallerState) error {
	where, args := ownedCondition("workspace_id", "stream_id", keys)
	return r.each(selectCallerHeads+where, args, func(row scanner) error {
		var u userIn
		var seq int64
		err := row.Scan(&u.workspace, &u.user, &seq)
		if s := states[u]; s != nil {
			s.snapshot.Seq = seq
		}
		return err
	})
}

func (r *snapshotRead) channels(keys []owned, states map[userIn]*CallerState) error {
	where, args := ownedCondition("c.workspace_id", "c.user_id", keys)
	return r.each(selectCallerChannels+where, args, func(row scanner) error {
		var u userIn
		var m chat.Membership
		err := row.Scan(&u.workspace, &u.user, &m.Channel, &m.JoinedSeq)
		if s := states[u]; s != nil {
			s.snapshot.Channels = append(s.snapshot.Channels, m)
		}
		return err
	})
}

// tokens tells of those that exist whether they ended.
func (r *snapshotRead) tokens(keys []owned, ended map[owned]bool) error {
	where, args := ownedCondition("workspace_id", "token_id", keys)
	return r.each(selectCallerTokens+where, args, func(row scanner) error {
		var w chat.WorkspaceID
		var id string
		var revoked bool
		err := row.Scan(&w, &id, &revoked)
		ended[owned{w, id}] = revoked
		return err
	})
}
