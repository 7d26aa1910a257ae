package store

import (
	"context"

	"taut/chat"
)

// Settings are the workspace's.
func (w *Workspace) Settings(context.Context) (chat.Settings, error) {
	return chat.Settings{}, nil
}
