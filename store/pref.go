package store

import (
	"context"
	"encoding/json"

	"taut/chat"
)

// Prefs are all preferences that the user has set.
func (w *Workspace) Prefs(ctx context.Context, user chat.UserID) (map[string]json.RawMessage, error) {
	prefs := map[string]json.RawMessage{}
	rows, err := w.store.db.QueryContext(ctx, "SELECT name, value FROM prefs WHERE workspace_id = ? AND user_id = ?", w.id, user)
	_, err = collect(rows, err, func(r scanner) (struct{}, error) {
		var name string
		var value []byte
		err := r.Scan(&name, &value)
		prefs[name] = value
		return struct{}{}, err
	})
	return prefs, err
}

// What a user may have, as clients get all of it at each start.
const (
	maxPrefs      = 1_000
	maxPrefsBytes = 256 << 10 // names and values together
)

// SetPref sets one and tells the user's devices. value is JSON. NotFound
// "user", Invalid "value", Limited "prefs".
func (w *Workspace) SetPref(ctx context.Context, user chat.UserID, name string, value json.RawMessage) error {
	if !json.Valid(value) {
		return chat.NewError(chat.Invalid, "value")
	}
	if _, err := w.User(ctx, user); err != nil {
		return err
	}
	_, err := w.store.append(ctx, change{stream: w.id.User(user), create: &head{}, apply: func(t *turn) error {
		var others, bytes int
		err := t.queryRow("SELECT COUNT(*), COALESCE(SUM(OCTET_LENGTH(name) + OCTET_LENGTH(value)), 0) FROM prefs "+
			"WHERE workspace_id = ? AND user_id = ? AND name <> ?", w.id, user, name).Scan(&others, &bytes)
		if err != nil {
			return err
		}
		if others >= maxPrefs || bytes+len(name)+len(value) > maxPrefsBytes {
			return chat.NewError(chat.Limited, "prefs")
		}
		t.exec(w.store.dialect.upsert("prefs", "workspace_id, user_id, name", "value"), w.id, user, name, string(value))
		return t.emitObject("pref_change", user, map[string]any{"name": name, "value": value})
	}})
	if name == KeywordPref {
		w.store.keywords.forget(w.id)
	}
	return err
}
