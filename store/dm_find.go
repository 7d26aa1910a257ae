package store

import (
	"context"
	"slices"

	"taut/chat"
)

// FindDM is the id of the conversation of exactly these people, which OpenDM
// would find. NotFound "channel".
func (w *Workspace) FindDM(ctx context.Context, users []chat.UserID) (id chat.ChannelID, err error) {
	key := dmKey(slices.Sorted(slices.Values(distinct(users))))
	err = w.store.db.QueryRowContext(ctx,
		"SELECT channel_id FROM channel_names WHERE workspace_id = ? AND name_key = ?", w.id, key).Scan(&id)
	return id, absent(err, "channel")
}
