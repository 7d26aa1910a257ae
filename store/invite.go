package store

import (
	"context"
	"database/sql"
	"errors"
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

// What is open at a time; beyond it no more are made. Resets have no bound but the
// users: each has few, of which the oldest goes, so that nobody is kept from theirs.
const (
	maxInvitations      = 2_000 // of a workspace
	maxInvitationsEach  = 50    // of a member who made them
	maxInvitationsAdmin = 500   // of an administrator
	maxResetsEach       = 5     // of a user whom they are for
)

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
		} else if err := w.makeRoomForCode(t, c); err != nil {
			return err
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

// makeRoomForCode refuses invitations beyond their bounds, and lets a user's oldest
// resets go.
func (w *Workspace) makeRoomForCode(t *tx, c EntryCode) error {
	if c.Kind == PasswordReset {
		var oldest int64
		err := t.queryRow("SELECT created_ms FROM entry_codes WHERE workspace_id = ? AND kind = ? AND user_id = ? ORDER BY created_ms DESC LIMIT 1 OFFSET ?",
			w.id, c.Kind, c.User, maxResetsEach-1).Scan(&oldest)
		if errors.Is(err, sql.ErrNoRows) {
			return nil
		}
		if err != nil {
			return err
		}
		_, err = t.exec("DELETE FROM entry_codes WHERE workspace_id = ? AND kind = ? AND user_id = ? AND created_ms <= ?", w.id, c.Kind, c.User, oldest)
		return err
	}
	var all, own int
	var role chat.Role
	err := t.queryRow("SELECT COUNT(*), COALESCE(SUM(CASE WHEN creator_id = ? THEN 1 ELSE 0 END), 0), "+
		"COALESCE((SELECT role FROM users WHERE workspace_id = ? AND user_id = ?), '') FROM entry_codes WHERE workspace_id = ? AND kind = ?",
		c.Creator, w.id, c.Creator, w.id, c.Kind).Scan(&all, &own, &role)
	if err != nil {
		return err
	}
	most := maxInvitationsEach
	if role.AtLeast(chat.Admin) {
		most = maxInvitationsAdmin
	}
	if all >= maxInvitations || c.Creator != "" && own >= most {
		return chat.NewError(chat.Limited, "codes")
	}
	return nil
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

// InvitationChannels are those that an invitation lets into by now, for whoever has the
// code. NotFound "code", where accepting it is that for its maker's sake.
func (w *Workspace) InvitationChannels(ctx context.Context, c EntryCode) ([]chat.Channel, error) {
	open := make([]chat.Channel, 0, len(c.Channels))
	for _, id := range c.Channels {
		ch, err := w.channelRow(ctx, id)
		if err != nil {
			return nil, err
		}
		if !ch.Archived { // nobody comes into one
			open = append(open, ch)
		}
	}
	// Judged after they were read: a name that a channel got as a private one, meanwhile,
	// is not among them.
	return open, checkInviter(w.id, c, func(query string, args ...any) scanner {
		return w.store.db.QueryRowContext(ctx, query, args...)
	})
}

// checkInviter is NotFound "code" unless who made the invitation could make it
// today: it ends with their account, their right to give the role, and their sight
// of its channels.
func checkInviter(w chat.WorkspaceID, c EntryCode, row func(query string, args ...any) scanner) error {
	if c.Creator == "" {
		return nil
	}
	void := chat.NewError(chat.NotFound, "code")
	u, err := scanUser(w, row(selectUser, w, c.Creator))
	if chat.CodeOf(err) == chat.NotFound {
		return void
	}
	if err != nil {
		return err
	}
	settings, err := scanSettings(row(selectSettings, w))
	if err != nil {
		return err
	}
	if u.Deleted || !settings.MayInvite(u.Role, c.Role) {
		return void
	}
	for _, ch := range c.Channels {
		var seen int
		err := row("SELECT COUNT(*) FROM heads h WHERE h.workspace_id = ? AND h.stream_id = ? AND (h.channel_type = ? AND ? OR EXISTS "+
			"(SELECT 1 FROM stream_members m WHERE m.workspace_id = h.workspace_id AND m.stream_id = h.stream_id AND m.user_id = ? AND m.left_seq = 0))",
			w, ch, chat.PublicChannel, !u.Role.IsGuest(), u.ID).Scan(&seen)
		if err != nil {
			return err
		}
		if seen == 0 {
			return void
		}
	}
	return nil
}

// useInvitation is of a turn of the workspace's stream, so that the last use is
// one person's.
func (t *turn) useInvitation(hash TokenHash) error {
	w := t.head.stream.Workspace
	c, err := t.entryCode(hash)
	if err != nil {
		return err
	}
	if err := checkInviter(w, c, t.queryRow); err != nil {
		return err
	}
	if c.Uses == 1 {
		t.exec("DELETE FROM entry_codes WHERE workspace_id = ? AND code_hash = ?", w, hash[:])
		return nil
	}
	t.exec("UPDATE entry_codes SET uses = uses - 1 WHERE workspace_id = ? AND code_hash = ?", w, hash[:])
	return nil
}
