package store

import (
	"context"
	"log/slog"

	"taut/chat"
)

// reopenDM puts a DM that got a message back into the list of everybody who had
// closed it. The message is posted whatever becomes of this; a key sent again
// does it again.
func (w *Workspace) reopenDM(ctx context.Context, ch chat.ChannelID) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), carryTimeout)
	defer cancel()
	closed, err := w.closedFor(ctx, ch)
	for _, u := range closed {
		if err == nil {
			err = w.ReopenDM(ctx, u, ch)
		}
	}
	if err != nil {
		w.store.log.Warn("a direct message stays closed for who had closed it", slog.Any("err", err))
	}
}

// closedFor are the members who have closed the DM: a DM has nine at most.
func (w *Workspace) closedFor(ctx context.Context, ch chat.ChannelID) ([]chat.UserID, error) {
	rows, err := w.store.db.QueryContext(ctx, selectClosed, w.id, ch)
	return collect(rows, err, func(r scanner) (u chat.UserID, err error) { return u, r.Scan(&u) })
}

const selectClosed = "SELECT c.user_id FROM stream_members m JOIN user_channels c" +
	" ON c.workspace_id = m.workspace_id AND c.user_id = m.user_id AND c.channel_id = m.stream_id" +
	" WHERE m.workspace_id = ? AND m.stream_id = ? AND c.is_open = 0 AND c.left_seq = 0"
