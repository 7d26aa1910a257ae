package store

import (
	"context"

	"taut/chat"
)

// PublicChannels lists by id what the workspace's stream tells of its public channels,
// archived ones too.
func (w *Workspace) PublicChannels(ctx context.Context, after chat.ChannelID, limit int) ([]chat.PublicFacts, error) {
	rows, err := w.store.db.QueryContext(ctx, "SELECT channel_id, name, creator, created_ms, general, archived FROM channels"+
		" WHERE workspace_id = ? AND channel_id > ? AND type = ? ORDER BY channel_id LIMIT ?", w.id, after, chat.PublicChannel, pageLimit(limit))
	return collect(rows, err, func(r scanner) (f chat.PublicFacts, err error) {
		var createdMS int64
		err = r.Scan(&f.ID, &f.Name, &f.Creator, &createdMS, &f.General, &f.Archived)
		f.Created = createdMS / 1000
		return f, err
	})
}
