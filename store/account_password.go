package store

import (
	"context"

	"taut/chat"
)

// NewPassword is a password to set. The user's sessions end with the old one.
type NewPassword struct {
	User chat.UserID
	Hash string
	// Old is the hash that the old password was right for; with Code it is not asked.
	Old string
	// Code is that of a reset, which is used up.
	Code *TokenHash
	// By is who sets it for the user without knowing the old one.
	By *AuditEntry
	// Keep is the session that stays: the one that changes the password.
	Keep string
}

// SetPassword sets a password. Forbidden "password" where Old is not the present
// one any more, NotFound "code" where the code is used or too old.
func (w *Workspace) SetPassword(ctx context.Context, n NewPassword) error {
	return w.onUser(ctx, n.User, func(t *turn) error {
		if n.By != nil {
			t.audit(*n.By)
		} else if err := t.mayChangePassword(n); err != nil {
			return err
		}
		t.exec("UPDATE users SET password_hash = ? WHERE workspace_id = ? AND user_id = ?", n.Hash, w.id, n.User)
		// What else could let somebody in goes with it.
		t.exec("DELETE FROM entry_codes WHERE workspace_id = ? AND kind = ? AND user_id = ?", w.id, PasswordReset, n.User)
		_, err := t.revoke(Revocation{User: n.User, Except: n.Keep, Types: []chat.TokenType{chat.SessionToken}})
		return err
	})
}

func (t *turn) mayChangePassword(n NewPassword) error {
	if n.Code == nil {
		return t.checkPassword(n.User, n.Old)
	}
	c, err := t.entryCode(*n.Code)
	if err == nil && (c.Kind != PasswordReset || c.User != n.User) {
		err = chat.NewError(chat.NotFound, "code")
	}
	if err != nil {
		return err
	}
	return t.checkResetter(c)
}

// checkResetter is NotFound "code" unless who made the reset, where that is another
// than its user, may still manage the user's account.
func (t *turn) checkResetter(c EntryCode) error {
	if c.Creator == "" || c.Creator == c.User {
		return nil
	}
	void := chat.NewError(chat.NotFound, "code")
	by, err := t.user(c.Creator)
	if chat.CodeOf(err) == chat.NotFound {
		return void
	}
	if err != nil {
		return err
	}
	u, err := t.user(c.User)
	if err != nil {
		return err
	}
	settings, err := scanSettings(t.queryRow(selectSettings, u.Workspace))
	if err == nil && (by.Deleted || !by.Role.MayManage(u.Role) || !settings.Allows(by.Role, chat.ManagePeople)) {
		err = void
	}
	return err
}
