package store

import (
	"context"
	"errors"
	"fmt"
	"time"

	"taut/chat"
)

// orphanGrace is how long a file stays whose last message went: its owner may
// have it in a draft.
const orphanGrace = 24 * time.Hour

// expireFiles deletes the files whose messages went a while ago, unless another
// message shows them. Their bytes go as those of any deleted file do.
func (w *Workspace) expireFiles(ctx context.Context, now time.Time) error {
	for {
		rows, err := w.store.db.QueryContext(ctx, "SELECT file_id FROM expired_files WHERE workspace_id = ? AND due_ms <= ? LIMIT ?", w.id, now.UnixMilli(), maxChunk)
		due, err := collect(rows, err, func(r scanner) (id chat.FileID, err error) { return id, r.Scan(&id) })
		if err != nil || len(due) == 0 {
			return err
		}
		for _, id := range due {
			if err := w.expireFile(ctx, id); err != nil {
				return fmt.Errorf("file %s: %w", id, err)
			}
		}
	}
}

var errShown = errors.New("another message shows the file")

func (w *Workspace) expireFile(ctx context.Context, id chat.FileID) error {
	err := w.deleteFile(ctx, id, "", func(t *turn, _ chat.File) error {
		// In the turn: whoever shares the file now did so before it, or finds it deleted.
		var shares int
		err := t.queryRow("SELECT COUNT(*) FROM (SELECT 1 FROM file_shares WHERE workspace_id = ? AND file_id = ? LIMIT 1) one", string(w.id), string(id)).Scan(&shares)
		if err == nil && shares > 0 {
			err = errShown
		}
		return err
	})
	if err != nil && !errors.Is(err, errShown) && chat.CodeOf(err) != chat.NotFound {
		return err
	}
	return w.store.write(ctx, func(t *tx) error {
		_, err := t.exec("DELETE FROM expired_files WHERE workspace_id = ? AND file_id = ?", w.id, id)
		return err
	})
}
