package store

import (
	"context"
	"time"

	"taut/chat"
)

// A picture's row is there before its blobs are, so that what a crash leaves is
// found: until somebody uses the picture, it is due to go.

// pictureLife is how long a new picture waits to be used.
const pictureLife = time.Hour

// NewPicture notes that blobs are about to be made under this name.
func (w *Workspace) NewPicture(ctx context.Context, picture string) error {
	return w.store.write(ctx, func(t *tx) error {
		_, err := t.exec(w.store.dialect.ignore+"pictures (workspace_id, picture, due_ms) VALUES (?, ?, ?)",
			string(w.id), picture, chat.Now().Add(pictureLife).UnixMilli())
		return err
	})
}

func (t *turn) keepPicture(picture string) { t.setPictureDue(picture, 0) }

func (t *turn) dropPicture(picture string) { t.setPictureDue(picture, t.nowMS) }

func (t *turn) setPictureDue(picture string, ms int64) {
	t.exec("UPDATE pictures SET due_ms = ? WHERE workspace_id = ? AND picture = ?", ms, string(t.head.stream.Workspace), picture)
}

// SetAvatar gives the user another picture, "" for none, and tells the
// workspace. The one that they had goes. NotFound "user".
func (w *Workspace) SetAvatar(ctx context.Context, id chat.UserID, picture string) (chat.User, error) {
	var u chat.User
	_, err := w.store.append(ctx, change{stream: w.id.Directory(), apply: func(t *turn) (err error) {
		u, err = scanUser(w.id, t.queryRow("SELECT "+userColumns+" FROM users WHERE workspace_id = ? AND user_id = ?", w.id, id))
		if err != nil {
			return err
		}
		if u.Avatar == picture {
			return nil
		}
		if u.Avatar != "" {
			t.dropPicture(u.Avatar)
		}
		if u.Avatar = picture; picture != "" {
			t.keepPicture(picture)
		}
		return t.updateUser(id, &u)
	}})
	if err != nil {
		return chat.User{}, err
	}
	return u, nil
}

// DuePicture is a picture whose blobs are to go.
type DuePicture struct {
	Workspace chat.WorkspaceID
	Picture   string
}

// DuePictures are those of all workspaces that nobody uses.
func (s *Store) DuePictures(ctx context.Context, limit int) ([]DuePicture, error) {
	rows, err := s.db.QueryContext(ctx, "SELECT workspace_id, picture FROM pictures WHERE due_ms > 0 AND due_ms <= ? ORDER BY due_ms LIMIT ?",
		chat.Now().UnixMilli(), pageLimit(limit))
	return collect(rows, err, func(r scanner) (d DuePicture, err error) { return d, r.Scan(&d.Workspace, &d.Picture) })
}

// PictureGone says that no blob of the picture is left.
func (w *Workspace) PictureGone(ctx context.Context, picture string) error {
	return w.store.write(ctx, func(t *tx) error {
		_, err := t.exec("DELETE FROM pictures WHERE workspace_id = ? AND picture = ? AND due_ms > 0", string(w.id), picture)
		return err
	})
}
