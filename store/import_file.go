package store

import (
	"context"

	"taut/chat"
)

// StartFile makes the row of a file of the export, which waits for its bytes, and
// gives it as it is: a row that is there already stays. most bounds the bytes of
// all of the workspace's files; 0: nothing does. Limited "storage".
func (i *Import) StartFile(ctx context.Context, f chat.File, most int64) (chat.File, error) {
	f.Workspace, f.State = i.id, chat.FilePending
	there, err := i.File(ctx, f.ID)
	if chat.CodeOf(err) != chat.NotFound {
		return there, err
	}
	err = i.store.write(ctx, func(t *tx) error {
		if err := i.take(t, f.Size, most); err != nil {
			return err
		}
		_, err := t.exec("INSERT INTO files (workspace_id, "+fileColumns+", due_ms) VALUES ("+placeholders(16)+")",
			string(i.id), string(f.ID), string(f.Owner), int64(f.State), f.Name, f.Title, f.AltText, f.Type, f.MimeType, f.Snippet, f.Size, "", "",
			f.CreatedMS, f.UpdatedMS, chat.Now().Add(uploadLife).UnixMilli())
		return err
	})
	return f, err
}

// FinishFile makes a file ready whose bytes are kept; nobody is told.
func (i *Import) FinishFile(ctx context.Context, f chat.File) error {
	return i.store.write(ctx, func(t *tx) error {
		_, err := t.exec("UPDATE files SET state = ?, updated_ms = ?, due_ms = 0 WHERE workspace_id = ? AND file_id = ? AND state = ?",
			int64(chat.FileReady), f.UpdatedMS, string(i.id), string(f.ID), int64(chat.FileUploaded))
		return err
	})
}
