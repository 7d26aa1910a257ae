package store

import (
	"context"

	"taut/chat"
)

// SetAway keeps a user's manual away and tells the user's devices. It is no
// news for the workspace: who watches the user hears of it from presence. Where
// it was so already nothing happens. NotFound "user".
func (w *Workspace) SetAway(ctx context.Context, user chat.UserID, away bool) error {
	u, err := w.User(ctx, user)
	if err != nil || u.Away == away {
		return err
	}
	// Under the directory's lock, as every change of a user's row.
	_, err = w.store.append(ctx, change{stream: w.id.Directory(), apply: func(t *turn) error {
		t.exec("UPDATE users SET away = ? WHERE workspace_id = ? AND user_id = ?", away, w.id, user)
		return nil
	}})
	if err != nil {
		return err
	}
	presence := "active"
	if away {
		presence = "away"
	}
	_, err = w.store.append(ctx, change{stream: w.id.User(user), create: &head{}, apply: func(t *turn) error {
		return t.emitObject("manual_presence_change", user, map[string]any{"presence": presence})
	}})
	return err
}
