package store

import (
	"context"

	"taut/chat"
)

// OwnReactions are the names of the user's reactions to each of the messages;
// those without any are left out. A message itself names some of its reactors
// only.
func (w *Workspace) OwnReactions(ctx context.Context, ch chat.ChannelID, user chat.UserID, messages []chat.TS) (map[chat.TS][]string, error) {
	own := make(map[chat.TS][]string)
	err := inChunks(messages, func(chunk []any) error {
		rows, err := w.store.db.QueryContext(ctx, "SELECT ts, name FROM reactions WHERE workspace_id = ? AND stream_id = ? AND user_id = ?"+
			" AND ts IN ("+placeholders(len(chunk))+")", append([]any{w.id, ch, user}, chunk...)...)
		_, err = collect(rows, err, func(row scanner) (ts chat.TS, err error) {
			var name string
			err = row.Scan(&ts, &name)
			own[ts] = append(own[ts], name)
			return ts, err
		})
		return err
	})
	return own, err
}
