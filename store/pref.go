package store

import (
	"context"
	"encoding/json"

	"taut/chat"
)

// Prefs are all preferences that the user has set.
func (w *Workspace) Prefs(ctx context.Context, user chat.UserID) (map[string]json.RawMessage, error) {
	return nil, errStub
}

// SetPref sets one and tells the user's devices. value is JSON.
func (w *Workspace) SetPref(ctx context.Context, user chat.UserID, name string, value json.RawMessage) error {
	return errStub
}
