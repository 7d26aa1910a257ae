package webapi

import (
	"context"

	"taut/chat"
)

// may tells whether the workspace's settings let the caller's role do it.
func (q *request) may(ctx context.Context, act chat.Act) (bool, error) {
	settings, err := q.workspace.Settings(ctx)
	if err != nil {
		return false, err
	}
	return settings.Allows(q.caller.Role, act), nil
}
