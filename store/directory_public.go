package store

import (
	"context"

	"taut/chat"
)

// PublicChannels lists by id what the workspace's stream tells of its public channels,
// archived ones too, without those of which it has yet to tell that they became private.
func (w *Workspace) PublicChannels(ctx context.Context, after chat.ChannelID, limit int) ([]chat.PublicFacts, error) {
	rows, err := w.store.db.QueryContext(ctx, "SELECT c.channel_id, c.name, c.creator, c.created_ms, c.general, c.archived FROM channels c"+
		" WHERE c.workspace_id = ? AND c.channel_id > ? AND c.type = ?"+
		" AND NOT EXISTS (SELECT 1 FROM heads h WHERE h.workspace_id = c.workspace_id AND h.stream_id = c.channel_id AND h.channel_type <> c.type)"+
		" ORDER BY c.channel_id LIMIT ?", w.id, after, chat.PublicChannel, pageLimit(limit))
	return collect(rows, err, func(r scanner) (f chat.PublicFacts, err error) {
		var createdMS int64
		err = r.Scan(&f.ID, &f.Name, &f.Creator, &createdMS, &f.General, &f.Archived)
		f.Created = createdMS / 1000
		return f, err
	})
}
