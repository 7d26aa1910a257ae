package store

import (
	"context"
	"encoding/json"
	"errors"

	"taut/chat"
)

// detailsOf is a user's row of what else they tell of themselves; NULL for nothing.
func detailsOf(u chat.User) any {
	if u.Details == (chat.UserDetails{}) {
		return nil
	}
	text, _ := json.Marshal(u.Details) // of strings: it cannot fail
	return string(text)
}

// setStatusDue says when the user's status ends.
func (t *turn) setStatusDue(u chat.User) {
	if u.StatusEnds > 0 {
		t.setDue(DueStatus, string(u.ID), u.StatusEnds*1000)
		return
	}
	t.clearDue(DueStatus, string(u.ID))
}

// EndStatus takes away a status whose time has come, and tells the workspace.
func (w *Workspace) EndStatus(ctx context.Context, d Due) error {
	_, err := w.store.append(ctx, change{stream: d.Stream, apply: func(t *turn) error {
		if err := t.mustBeDue(d); err != nil {
			return err
		}
		id := chat.UserID(d.Item)
		u, err := scanUser(w.id, t.queryRow("SELECT "+userColumns+" FROM users WHERE workspace_id = ? AND user_id = ?", w.id, id))
		if chat.CodeOf(err) == chat.NotFound {
			t.clearDue(d.Kind, d.Item)
			return nil
		}
		if err != nil {
			return err
		}
		u.StatusText, u.StatusEmoji, u.StatusEnds = "", "", 0
		return t.updateUser(id, &u)
	}})
	if errors.Is(err, errNotDue) {
		return nil
	}
	return err
}
