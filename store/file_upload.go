package store

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"taut/chat"
)

// NewFile is a file whose upload is to come.
type NewFile struct {
	Owner   chat.UserID
	Name    string
	Title   string
	AltText string
	Type    string // for a snippet
	Snippet bool
	Size    int64 // as announced
}

// FileBounds are what StartUpload holds to.
type FileBounds struct {
	Bytes   int64 // of all files of the workspace; 0: no bound
	Pending int   // uploads of one user that are not completed
	// PendingBytes are those that one user announced and has not sent, where it is
	// more than one file; 0: no bound.
	PendingBytes int64
}

const (
	// TicketLife is how long an upload may wait to be begun. Then it counts no more:
	// who only announces takes the room from others for no longer.
	TicketLife = time.Hour
	// ticketEnd is added to it, for those who begin at the last moment.
	ticketEnd = time.Minute
	// uploadLife is how long an upload may take that was begun, and wait for its
	// completion when it is there.
	uploadLife = 24 * time.Hour
)

// StartUpload makes a file that waits for its bytes; they count from now on.
// Limited "storage" or "uploads".
func (w *Workspace) StartUpload(ctx context.Context, n NewFile, b FileBounds) (chat.File, error) {
	now := chat.Now()
	f := chat.File{
		ID: chat.FileID(chat.NewID("F")), Workspace: w.id, Owner: n.Owner, Name: n.Name, Title: n.Title, AltText: n.AltText,
		Type: n.Type, Snippet: n.Snippet, Size: n.Size, CreatedMS: now.UnixMilli(), UpdatedMS: now.UnixMilli(),
	}
	err := w.store.write(ctx, func(t *tx) error {
		var pending int
		var announced int64
		err := t.queryRow("SELECT COUNT(*), COALESCE(SUM(CASE WHEN state = 0 THEN size ELSE 0 END), 0) FROM files"+
			" WHERE workspace_id = ? AND user_id = ? AND state IN (0, 1)", string(w.id), string(n.Owner)).Scan(&pending, &announced)
		if err != nil {
			return err
		}
		if pending >= b.Pending || b.PendingBytes > 0 && announced > 0 && announced+n.Size > b.PendingBytes {
			return chat.NewError(chat.Limited, "uploads")
		}
		if err := w.take(t, n.Size, b.Bytes); err != nil {
			return err
		}
		_, err = t.exec("INSERT INTO files (workspace_id, "+fileColumns+", due_ms) VALUES ("+placeholders(16)+")",
			string(w.id), string(f.ID), string(f.Owner), int64(f.State), f.Name, f.Title, f.AltText, f.Type, f.MimeType, f.Snippet, f.Size, "", "",
			f.CreatedMS, f.UpdatedMS, now.Add(TicketLife+ticketEnd).UnixMilli())
		return err
	})
	return f, err
}

// BeginUpload says that the file's bytes come: however long that takes, within a
// day nobody gives it up. NotFound "file" where none waits.
func (w *Workspace) BeginUpload(ctx context.Context, id chat.FileID) error {
	return w.pendingUntil(ctx, id, uploadLife)
}

// BreakUpload says that they came not, and may be sent again for a while.
func (w *Workspace) BreakUpload(ctx context.Context, id chat.FileID) error {
	err := w.pendingUntil(ctx, id, TicketLife+ticketEnd)
	if chat.CodeOf(err) == chat.NotFound { // given up, or they came by another way
		return nil
	}
	return err
}

func (w *Workspace) pendingUntil(ctx context.Context, id chat.FileID, life time.Duration) error {
	return w.store.write(ctx, func(t *tx) error {
		n, err := t.exec("UPDATE files SET due_ms = ? WHERE workspace_id = ? AND file_id = ? AND state = ?",
			chat.Now().Add(life).UnixMilli(), string(w.id), string(id), int64(chat.FilePending))
		if err != nil || n > 0 {
			return err
		}
		// MySQL counts no row that says so already, within the same millisecond.
		f, err := scanFile(w.id, t.queryRow(selectFile, string(w.id), string(id)))
		if err == nil && f.State != chat.FilePending {
			err = errNoFile
		}
		return err
	})
}

// take counts a file's bytes. The row is made where there is none only: an INSERT
// that finds it shares its lock on MySQL, and two who then want it whole are a
// deadlock.
func (w *Workspace) take(t *tx, size, most int64) error {
	n, err := w.count(t, size, most)
	if err == nil && n == 0 {
		if _, err = t.exec(w.store.dialect.ignore+"file_usage (workspace_id, bytes, files) VALUES (?, 0, 0)", string(w.id)); err == nil {
			n, err = w.count(t, size, most)
		}
	}
	if err == nil && n == 0 {
		return chat.NewError(chat.Limited, "storage")
	}
	return err
}

// count tells whether there was room, and a row.
func (w *Workspace) count(t *tx, size, most int64) (int64, error) {
	return t.exec("UPDATE file_usage SET bytes = bytes + ?, files = files + 1 WHERE workspace_id = ? AND (? = 0 OR bytes + ? <= ?)",
		size, string(w.id), most, size, most)
}

// FileUsage is what the workspace's files take, and how many they are.
func (w *Workspace) FileUsage(ctx context.Context) (bytes int64, files int, err error) {
	err = absent(w.store.db.QueryRowContext(ctx, "SELECT bytes, files FROM file_usage WHERE workspace_id = ?", w.id).Scan(&bytes, &files), "usage")
	if chat.CodeOf(err) == chat.NotFound {
		err = nil
	}
	return bytes, files, err
}

// FinishUpload says that the file's bytes are kept, and what they are: Size,
// SHA256, Type, MimeType and Media. Saying the same again is no error. NotFound
// "file" where none waits, Exists "file" where it has other bytes.
func (w *Workspace) FinishUpload(ctx context.Context, f chat.File) error {
	media, err := json.Marshal(f.Media)
	if err != nil {
		return fmt.Errorf("media: %w", err)
	}
	return w.store.write(ctx, func(t *tx) error {
		now, err := scanFile(w.id, t.queryRow(w.store.dialect.selectFileToChange(), string(w.id), string(f.ID)))
		switch {
		case err != nil:
			return err
		case now.State == chat.FileUploaded || now.State == chat.FileReady:
			if now.SHA256 == f.SHA256 {
				return nil
			}
			return chat.NewError(chat.Exists, "file")
		case now.State != chat.FilePending || f.Size > now.Size:
			return errNoFile
		}
		if _, err := t.exec("UPDATE file_usage SET bytes = bytes - ? WHERE workspace_id = ?", now.Size-f.Size, string(w.id)); err != nil {
			return err
		}
		n, err := t.exec("UPDATE files SET state = ?, size = ?, sha = ?, file_type = ?, mime_type = ?, media = ?, updated_ms = ?, due_ms = ?"+
			" WHERE workspace_id = ? AND file_id = ? AND state = ?",
			int64(chat.FileUploaded), f.Size, f.SHA256, f.Type, f.MimeType, string(media), chat.Now().UnixMilli(),
			chat.Now().Add(uploadLife).UnixMilli(), string(w.id), string(f.ID), int64(chat.FilePending))
		if err == nil && n == 0 {
			return errNoFile
		}
		return err
	})
}

// AbandonUpload lets go of a file whose bytes did not come or are not wanted.
func (w *Workspace) AbandonUpload(ctx context.Context, id chat.FileID) error {
	return w.store.write(ctx, func(t *tx) error {
		f, err := scanFile(w.id, t.queryRow(w.store.dialect.selectFileToChange(), string(w.id), string(id)))
		if err != nil {
			return err
		}
		n, err := t.exec("UPDATE files SET state = ?, name = '', title = '', alt_text = '', media = '', due_ms = ? WHERE workspace_id = ? AND file_id = ? AND state IN (0, 1)",
			int64(chat.FileDeleted), chat.Now().UnixMilli(), string(w.id), string(id))
		if err != nil || n == 0 {
			return err
		}
		t.redacts = true
		return w.release(t, f.Size)
	})
}

// release gives a file's bytes back.
func (w *Workspace) release(t *tx, size int64) error {
	_, err := t.exec(freeUsage, size, string(w.id))
	return err
}

const freeUsage = "UPDATE file_usage SET bytes = bytes - ?, files = files - 1 WHERE workspace_id = ?"

// Completion is what the owner says of a file in the end.
type Completion struct {
	ID    chat.FileID
	Title string // "": as it was
}

// completeAgain is how long after its completion a file may be completed again,
// as clients do who did not get the answer. It is shorter than the life of a
// post's key, so that no file is posted twice by it.
const completeAgain = 12 * time.Hour

// CompleteFiles makes uploaded files ready, all of them or none, and tells their
// owner's devices. NotFound "file" where one is not the owner's, or has no bytes.
func (w *Workspace) CompleteFiles(ctx context.Context, owner chat.UserID, all []Completion) ([]chat.File, error) {
	var files []chat.File
	_, err := w.store.append(ctx, change{stream: w.id.User(owner), create: &head{}, apply: func(t *turn) error {
		files = nil
		for _, c := range all {
			f, err := t.completable(owner, c, w.id)
			if err != nil {
				return err
			}
			files = append(files, f)
		}
		for i := range files {
			if err := t.complete(&files[i], all[i].Title); err != nil {
				return err
			}
		}
		return nil
	}})
	return files, err
}

func (t *turn) completable(owner chat.UserID, c Completion, w chat.WorkspaceID) (chat.File, error) {
	f, err := scanFile(w, t.queryRow(t.batch.store.dialect.selectFileToChange(), string(w), string(c.ID)))
	switch {
	case err != nil:
		return f, err
	case f.Owner != owner, f.State != chat.FileUploaded && f.State != chat.FileReady,
		f.State == chat.FileReady && t.nowMS-f.UpdatedMS > completeAgain.Milliseconds():
		return f, errNoFile
	}
	return f, nil
}

func (t *turn) complete(f *chat.File, title string) error {
	if f.State == chat.FileReady {
		return nil
	}
	if title != "" {
		f.Title = title
	}
	f.State, f.UpdatedMS = chat.FileReady, t.nowMS
	t.exec("UPDATE files SET state = ?, title = ?, updated_ms = ?, due_ms = 0 WHERE workspace_id = ? AND file_id = ?",
		int64(f.State), f.Title, f.UpdatedMS, string(f.Workspace), string(f.ID))
	return t.emitFile("file_created", f.Owner, f.ID, nil)
}

// emitFile emits an event about a file: its id, twice, as Slack has it.
func (t *turn) emitFile(kind string, user chat.UserID, id chat.FileID, more map[string]any) error {
	fields := map[string]any{"file_id": id, "user_id": user, "file": map[string]any{"id": id}}
	for k, v := range more {
		fields[k] = v
	}
	return t.emitObject(kind, user, fields)
}
