package store

import (
	"context"
	"fmt"
	"strings"

	"taut/chat"
)

// EntryKind is what a code lets somebody do.
type EntryKind string

const (
	Invitation    EntryKind = "invite" // become a user
	PasswordReset EntryKind = "reset"  // set a password
)

// EntryCode is a link that lets somebody in. Its text is shown once; the store
// keeps a hash.
type EntryCode struct {
	ID        string
	Kind      EntryKind
	User      chat.UserID // whose password it resets
	Creator   chat.UserID // "": the operator
	Email     string      // of the one who is invited; "": of anybody
	Role      chat.Role
	Channels  []chat.ChannelID
	Uses      int // that are left
	CreatedMS int64
	ExpiresMS int64
}

// maxEntryCodes bounds a workspace's open codes; beyond it no more are made.
const maxEntryCodes = 2_000

const entryColumns = "code_id, kind, user_id, creator_id, email, role, channels, uses, created_ms, expires_ms"

func scanEntryCode(r scanner) (c EntryCode, err error) {
	var channels string
	err = r.Scan(&c.ID, &c.Kind, &c.User, &c.Creator, &c.Email, &c.Role, &channels, &c.Uses, &c.CreatedMS, &c.ExpiresMS)
	for id := range strings.SplitSeq(channels, ",") {
		if id != "" {
			c.Channels = append(c.Channels, chat.ChannelID(id))
		}
	}
	return c, absent(err, "code")
}

// CreateEntryCode keeps a code; its id names it from now on. Limited "codes".
func (w *Workspace) CreateEntryCode(ctx context.Context, by Actor, hash TokenHash, c EntryCode) (EntryCode, error) {
	c.ID, c.CreatedMS, c.Creator = chat.NewID("I"), chat.Now().UnixMilli(), by.User
	err := w.store.write(ctx, func(t *tx) error {
		if _, err := t.exec("DELETE FROM entry_codes WHERE workspace_id = ? AND expires_ms < ?", w.id, c.CreatedMS); err != nil {
			return err
		}
		if by.User == "" && c.User != "" {
			// The operator makes them for everybody: one for each, beyond the bound.
			if _, err := t.exec("DELETE FROM entry_codes WHERE workspace_id = ? AND kind = ? AND user_id = ? AND creator_id = ''", w.id, c.Kind, c.User); err != nil {
				return err
			}
			return w.insertEntryCode(t, by, hash, c)
		}
		var n int
		if err := t.queryRow("SELECT COUNT(*) FROM entry_codes WHERE workspace_id = ? AND creator_id <> ''", w.id).Scan(&n); err != nil {
			return err
		}
		if n >= maxEntryCodes {
			return chat.NewError(chat.Limited, "codes")
		}
		return w.insertEntryCode(t, by, hash, c)
	})
	return c, err
}

func (w *Workspace) insertEntryCode(t *tx, by Actor, hash TokenHash, c EntryCode) error {
	channels := make([]string, len(c.Channels))
	for i, id := range c.Channels {
		channels[i] = string(id)
	}
	_, err := t.exec("INSERT INTO entry_codes (workspace_id, code_hash, "+entryColumns+") VALUES ("+placeholders(12)+")",
		w.id, hash[:], c.ID, c.Kind, c.User, c.Creator, c.Email, c.Role, strings.Join(channels, ","), c.Uses, c.CreatedMS, c.ExpiresMS)
	if err != nil {
		return err
	}
	if c.Kind == PasswordReset && c.User == "" {
		return nil // nobody's: it is good for nothing, and nothing happened
	}
	return t.audit(w.id, c.made(by))
}

// made is what the audit log says of it.
func (c EntryCode) made(by Actor) AuditEntry {
	e := AuditEntry{Actor: by, Action: string(c.Kind) + ".create", Target: c.ID}
	if c.Kind == PasswordReset {
		e.Action, e.Target = "user.reset_password", string(c.User)
		return e
	}
	e.Detail = map[string]string{"role": string(c.Role), "uses": fmt.Sprint(c.Uses)}
	if c.Email != "" {
		e.Detail["email"] = c.Email
	}
	return e
}

const openEntryCode = "SELECT " + entryColumns + " FROM entry_codes WHERE workspace_id = ? AND code_hash = ? AND uses > 0 AND expires_ms > ?"

// EntryCode is the one with this hash. NotFound "code", also where it is used
// up or too old.
func (w *Workspace) EntryCode(ctx context.Context, hash TokenHash) (EntryCode, error) {
	return scanEntryCode(w.store.db.QueryRowContext(ctx, openEntryCode, w.id, hash[:], chat.Now().UnixMilli()))
}

func (t *turn) entryCode(hash TokenHash) (EntryCode, error) {
	return scanEntryCode(t.queryRow(openEntryCode, t.head.stream.Workspace, hash[:], t.nowMS))
}

// Invitations are those that are open, the newest first.
func (w *Workspace) Invitations(ctx context.Context, limit int) ([]EntryCode, error) {
	rows, err := w.store.db.QueryContext(ctx, "SELECT "+entryColumns+" FROM entry_codes WHERE workspace_id = ? AND kind = ? AND uses > 0 "+
		"AND expires_ms > ? ORDER BY created_ms DESC LIMIT ?", w.id, Invitation, chat.Now().UnixMilli(), pageLimit(limit))
	return collect(rows, err, scanEntryCode)
}

// RevokeInvitation ends one. NotFound "code".
func (w *Workspace) RevokeInvitation(ctx context.Context, by Actor, id string) error {
	return w.store.write(ctx, func(t *tx) error {
		n, err := t.exec("DELETE FROM entry_codes WHERE workspace_id = ? AND kind = ? AND code_id = ?", w.id, Invitation, id)
		if err == nil && n == 0 {
			err = chat.NewError(chat.NotFound, "code")
		}
		if err != nil {
			return err
		}
		return t.audit(w.id, AuditEntry{Actor: by, Action: "invite.revoke", Target: id})
	})
}

// Accept is a person who follows an invitation.
type Accept struct {
	Code TokenHash
	User NewUser // the role is the invitation's, and the address, where it has one
	// Token makes their first token, once their id is known.
	Token func(chat.User) (NewToken, error)
}

// AcceptInvitation makes the user with their first token, and uses the code up,
// in one act. NotFound "code", Exists "name" or "email".
func (w *Workspace) AcceptInvitation(ctx context.Context, a Accept) (u chat.User, tokenID string, err error) {
	code, err := w.EntryCode(ctx, a.Code)
	if err != nil || code.Kind != Invitation {
		return u, "", orError(err, chat.NotFound, "code")
	}
	a.User.Role = code.Role
	if code.Email != "" {
		a.User.Email = code.Email
	}
	u = a.User.user(w.id, chat.Now().UnixMilli())
	token, err := a.Token(u)
	if err != nil {
		return u, "", err
	}
	err = w.addUserTo(ctx, u, code.Channels, func(t *turn) error {
		if err := t.useInvitation(a.Code); err != nil {
			return err
		}
		if err := t.createUser(u, a.User.PasswordHash); err != nil {
			return err
		}
		tokenID = t.insertToken(token)
		t.audit(AuditEntry{Actor: Actor{User: u.ID, Address: a.address(token)}, Action: "invite.accept", Target: code.ID})
		return nil
	})
	return u, tokenID, err
}

func (a Accept) address(n NewToken) string {
	if n.Session == nil {
		return ""
	}
	return n.Session.Address
}

// useInvitation is of a turn of the workspace's stream, so that the last use is
// one person's. An invitation ends with the account of who made it.
func (t *turn) useInvitation(hash TokenHash) error {
	w := t.head.stream.Workspace
	c, err := t.entryCode(hash)
	if err != nil {
		return err
	}
	if c.Creator != "" {
		creator, err := scanUser(w, t.queryRow("SELECT "+userColumns+" FROM users WHERE workspace_id = ? AND user_id = ?", w, c.Creator))
		if err != nil && chat.CodeOf(err) != chat.NotFound {
			return err
		}
		if err != nil || creator.Deleted {
			return chat.NewError(chat.NotFound, "code")
		}
	}
	if c.Uses == 1 {
		t.exec("DELETE FROM entry_codes WHERE workspace_id = ? AND code_hash = ?", w, hash[:])
		return nil
	}
	t.exec("UPDATE entry_codes SET uses = uses - 1 WHERE workspace_id = ? AND code_hash = ?", w, hash[:])
	return nil
}
